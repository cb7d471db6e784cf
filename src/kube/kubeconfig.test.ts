import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { accessFromKubeconfig } from './kubeconfig.ts';

const noFiles = (path: string): Promise<string> => Promise.reject(new Error(`unexpected read of ${path}`));

function config(parts: { cluster?: object; user?: object; context?: object; current?: string | null }): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': parts.current === undefined ? 'lab' : parts.current,
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin', ...parts.context } }],
    clusters: [{ name: 'lab', cluster: { server: 'https://127.0.0.1:6443/', ...parts.cluster } }],
    users: [{ name: 'admin', user: { token: 'secret', ...parts.user } }],
  });
}

const PEM = '-----BEGIN CERTIFICATE-----\n';
const BASE64 = Buffer.from(PEM).toString('base64');

describe('accessFromKubeconfig', () => {
  it('reads server, token, namespace and embedded certificates', async () => {
    const text = config({
      cluster: { 'certificate-authority-data': BASE64 },
      user: { 'client-certificate-data': BASE64, 'client-key-data': BASE64 },
      context: { namespace: 'lab' },
    });
    expect(await accessFromKubeconfig(text, { readFile: noFiles })).toEqual({
      server: 'https://127.0.0.1:6443',
      certificateAuthority: PEM,
      token: 'secret',
      clientCertificate: PEM,
      clientKey: PEM,
      namespace: 'lab',
    });
  });

  it('reads certificates from the files it names, and YAML as kubectl writes it', async () => {
    const yaml = `
apiVersion: v1
kind: Config
current-context: a
contexts:
- context: {cluster: c, user: u}
  name: a
clusters:
- cluster:
    certificate-authority: /etc/ca.pem
    server: https://c:1
  name: c
users:
- name: u
  user: {}
`;
    const access = await accessFromKubeconfig(yaml, { readFile: (path) => Promise.resolve(`contents of ${path}`) });
    expect(access).toEqual({ server: 'https://c:1', certificateAuthority: 'contents of /etc/ca.pem' });
  });

  it.each([
    ['no YAML', ': : :\n- a\nb', /not valid YAML/],
    ['nothing', '', /empty/],
    ['no current context', config({ current: null }), /no current context/],
    ['a context that is not there', config({ current: 'other' }), /no context "other"/],
    ['a cluster that is not there', config({ context: { cluster: 'x' } }), /no cluster "x"/],
    ['a user that is not there', config({ context: { user: 'x' } }), /no user "x"/],
    ['a sign-in program', config({ user: { exec: { command: 'aws' } } }), /signs in through a program/],
  ])('refuses %s', async (_what, text, message) => {
    const refused = accessFromKubeconfig(text, { readFile: noFiles });
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toThrow(message);
  });
});
