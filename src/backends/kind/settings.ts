import { parse } from 'yaml';
import { ScenarioError } from '../../errors.ts';
import { readIfThere } from '../../system/files.ts';
import { nearest } from '../../system/nearest.ts';

/** What a lab on kind is made of. */
export interface KindSettings {
  /** Image of the node, which decides the version of Kubernetes. */
  nodeImage: string;
  /** File or address of the install manifest of Argo Rollouts. */
  rolloutsManifest: string;
  /** File or address of the install manifest of Tekton Pipelines, for scenarios that need it. */
  tektonManifest: string;
  /** Where the scanner comes from; in the cluster it has the name that scenarios use. */
  nucleiImage: string;
  /** Port of the API server on 127.0.0.1; 0 takes a free one. */
  apiPort: number;
}

/** The name of the scanner in scenarios. */
export const NUCLEI_IMAGE = 'projectdiscovery/nuclei:v3.4.10';

/** Pinned, so that every learner gets the same. Why 1.34: later nodes refuse machines with cgroup v1. */
export const DEFAULT_SETTINGS: KindSettings = {
  nodeImage: 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a',
  rolloutsManifest: 'https://github.com/argoproj/argo-rollouts/releases/download/v1.10.1/install.yaml',
  tektonManifest: 'https://github.com/tektoncd/pipeline/releases/download/v1.6.0/release.yaml',
  nucleiImage: NUCLEI_IMAGE,
  apiPort: 0,
};

export interface SettingSources {
  /** What was said on the command line. */
  flags?: Partial<KindSettings>;
  env: Readonly<Record<string, string | undefined>>;
  /** The project's `lab.config.yaml`. */
  configFile: string;
  /** What a bundle brought along. */
  bundled?: Partial<KindSettings>;
}

/** Settings by precedence: flags, environment, `lab.config.yaml`, a loaded bundle, the pinned defaults. */
export async function readSettings({ flags = {}, env, configFile, bundled = {} }: SettingSources): Promise<KindSettings> {
  return { ...DEFAULT_SETTINGS, ...bundled, ...(await readConfig(configFile)), ...fromEnvironment(env), ...flags };
}

function fromEnvironment(env: SettingSources['env']): Partial<KindSettings> {
  const { LAB_NODE_IMAGE: nodeImage, LAB_ROLLOUTS_MANIFEST: rolloutsManifest } = env;
  const { LAB_TEKTON_MANIFEST: tektonManifest, LAB_NUCLEI_IMAGE: nucleiImage } = env;
  return {
    ...(nodeImage && { nodeImage }),
    ...(rolloutsManifest && { rolloutsManifest }),
    ...(tektonManifest && { tektonManifest }),
    ...(nucleiImage && { nucleiImage }),
  };
}

const TYPES = { nodeImage: 'text', rolloutsManifest: 'text', tektonManifest: 'text', nucleiImage: 'text', apiPort: 'a port' } as const;

async function readConfig(file: string): Promise<Partial<KindSettings>> {
  const text = await readIfThere(file);
  if (text === undefined) return {};
  const problems: string[] = [];
  const value = parseOrRefuse(file, text);
  for (const key of Object.keys(value)) if (key !== 'kind') problems.push(unknownKey(key, ['kind']));
  const settings = value['kind'] ?? {};
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) problems.push('kind is not a map of settings');
  else {
    for (const [key, setting] of Object.entries(settings)) {
      if (!Object.hasOwn(TYPES, key))
        problems.push(
          unknownKey(
            `kind.${key}`,
            Object.keys(TYPES).map((name) => `kind.${name}`),
          ),
        );
      else if (!isOfType(setting, TYPES[key as keyof typeof TYPES]))
        problems.push(`kind.${key} is not ${TYPES[key as keyof typeof TYPES]}`);
    }
  }
  if (problems.length > 0) throw refused(file, problems);
  return settings;
}

function parseOrRefuse(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw refused(file, [cause instanceof Error ? cause.message : String(cause)]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(file, ['it is not a map of settings']);
  return value as Record<string, unknown>;
}

function isOfType(value: unknown, type: 'text' | 'a port'): boolean {
  if (type === 'text') return typeof value === 'string' && value !== '';
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536;
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `there is no setting ${key}${near === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${near}?`}`;
}

function refused(file: string, messages: readonly string[]): ScenarioError {
  return new ScenarioError(`${file} cannot be used`, {
    problems: messages.map((message) => ({ file, message })),
    hint: 'Mend the file, or take it away to use the defaults.',
  });
}
