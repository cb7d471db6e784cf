import type { TargetUrl } from './target-url.ts';

/** The values that a target gives to `{{BaseURL}}`, `{{Hostname}}` and their like. Models protocols/utils generateVariables. */
export function targetVariables(target: TargetUrl, dropsTrailingSlash: boolean): Record<string, string> {
  const path = dropsTrailingSlash ? target.path.replace(/\/$/, '') : target.path;
  const base = `${target.scheme === '' ? '' : `${target.scheme}://`}${target.host}${path}`;
  const names = domainParts(target.hostname);
  return {
    BaseURL: base,
    RootURL: target.scheme === '' ? target.host : `${target.scheme}://${target.host}`,
    Hostname: target.host,
    Host: target.hostname,
    Port: target.port || { https: '443', http: '80' }[target.scheme] || '',
    Path: directoryOf(path),
    Query: '',
    File: path === '' ? '' : path.replace(/\/+$/, '').split('/').at(-1) || '/',
    Scheme: target.scheme,
    Input: base,
    ...names,
  };
}

function directoryOf(path: string): string {
  if (path === '') return '';
  return path.slice(0, path.lastIndexOf('/')).replace(/\/+$/, '') || '/';
}

/** The parts of a name, taking its last label for the top-level domain. */
function domainParts(hostname: string): Record<string, string> {
  const labels = hostname.split('.');
  if (labels.length < 2) return { FQDN: hostname };
  const topLevel = labels.at(-1)!;
  const domain = labels.at(-2)!;
  return { FQDN: hostname, RDN: `${domain}.${topLevel}`, DN: domain, TLD: topLevel, SD: labels.slice(0, -2).join('.') };
}
