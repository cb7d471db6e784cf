import type { Task } from '../../shell/kernel/task.ts';
import { mustBeSimulable } from './cannot-run.ts';
import type { Options } from './cli/options.ts';
import { compileOperators, type Operators } from './compile-operators.ts';
import { FileError, type ContainerFiles } from './files.ts';
import type { Logger } from './logger.ts';
import { otherProtocols, readTemplate } from './read-template.ts';
import type { HttpSpec, Template } from './template.ts';
import { isWanted } from './template-filter.ts';
import { findTemplatePaths } from './template-paths.ts';
import { TemplateError } from './yaml/decode.ts';

/** A template that is ready to run. */
export interface LoadedTemplate {
  template: Template;
  requests: readonly LoadedRequest[];
}

export interface LoadedRequest {
  spec: HttpSpec;
  operators: Operators | undefined;
}

/** What was loaded, and how many were left out for which reason. */
export interface Loading {
  templates: LoadedTemplate[];
  syntaxWarnings: number;
  runtimeProblems: number;
  excludedByProtocol: ReadonlyMap<string, number>;
}

/** Protocols whose templates run only when a flag says so, with the words that nuclei has for them. */
const GUARDED_PROTOCOLS: readonly string[] = ['headless', 'code', 'file'];

/** Finds, reads, filters and prepares templates, in the order of their paths. Models loader.Store.LoadTemplates. */
export function* loadTemplates(options: Options, files: ContainerFiles, logger: Logger, templatesDirectory: string): Task<Loading> {
  const values = options.templates.length > 0 ? options.templates : [templatesDirectory];
  const { paths, missing } = findTemplatePaths(values, files, templatesDirectory);
  for (const { path, reason } of missing) yield* logger.error(`Could not find template '${path}': ${reason}`);
  const excluded = new Set(pathsOf(options.excludedTemplates, files, templatesDirectory));
  const included = new Set(pathsOf(options.includedTemplates, files, templatesDirectory));
  const loading = {
    templates: [] as LoadedTemplate[],
    syntaxWarnings: 0,
    runtimeProblems: 0,
    excludedByProtocol: new Map<string, number>(),
  };
  for (const path of paths.filter((name) => !excluded.has(name) || included.has(name)).sort((a, b) => (a < b ? -1 : 1))) {
    yield* loadOne(path, included.has(path), options, files, logger, loading);
  }
  return loading;
}

function pathsOf(values: readonly string[], files: ContainerFiles, templatesDirectory: string): string[] {
  return values.length === 0 ? [] : findTemplatePaths(values, files, templatesDirectory).paths;
}

function* loadOne(
  path: string,
  isIncluded: boolean,
  options: Options,
  files: ContainerFiles,
  logger: Logger,
  loading: { templates: LoadedTemplate[]; syntaxWarnings: number; runtimeProblems: number; excludedByProtocol: Map<string, number> },
): Task<void> {
  let template: Template;
  try {
    template = readTemplate(path, files.readBytes(path), options.isStrict);
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof FileError)) throw error;
    yield* logger.warning(`Could not load template ${path}: ${error.message}`);
    return;
  }
  if (template.spec.workflows || !(isWanted(template, options.filter) || isIncluded)) return;
  if (template.severity === '') {
    loading.syntaxWarnings += 1;
    yield* logger.warning(`Could not load template ${path}: field 'severity' is missing`);
  }
  const guarded = exclusionOf(template);
  if (guarded !== undefined) {
    loading.excludedByProtocol.set(guarded, (loading.excludedByProtocol.get(guarded) ?? 0) + 1);
    return;
  }
  mustBeSimulable(template);
  try {
    loading.templates.push({ template, requests: prepareRequests(template) });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    loading.runtimeProblems += 1;
    yield* logger.warning(`Could not parse template ${path}: ${error.message}`);
  }
}

/** A template that nuclei leaves out unless a flag asks for its kind. */
function exclusionOf(template: Template): string | undefined {
  const protocols = otherProtocols(template);
  const guarded = GUARDED_PROTOCOLS.find((protocol) => protocols.includes(protocol));
  if (guarded !== undefined) return guarded;
  return template.spec['self-contained'] === true ? 'self-contained' : undefined;
}

function prepareRequests({ id, requests }: Template): LoadedRequest[] {
  if (requests.length === 0) throw new TemplateError(`no requests defined for ${id}`);
  return requests.map((spec) => {
    if (spec.redirects === true && spec['host-redirects'] === true) {
      throw new TemplateError("could not compile request: validation error: 'redirects' and 'host-redirects' can't be used together");
    }
    return { spec, operators: compileOperators(spec) };
  });
}
