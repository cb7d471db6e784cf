import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import { parseGoDuration } from '../nuclei/go-text.ts';

/** How a step is to be run. */
export interface EntrypointFlags {
  waitFiles: string[];
  /** Whether what is waited for is something in the file, not the file. */
  waitsForContent: boolean;
  postFile: string | undefined;
  terminationPath: string;
  metadataFolder: string;
  continuesOnError: boolean;
  timeoutMs: number | undefined;
  results: string[];
  stepResults: string[];
  command: string[];
}

/** Reads the flags that the controller writes. */
export function readEntrypointFlags(words: readonly string[]): EntrypointFlags {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const flags = new Map<string, string>();
  for (let index = 0; index < own.length; index += 1) {
    const name = own[index]!.replace(/^--?/, '');
    flags.set(name, name === 'wait_file_content' ? '' : (own[(index += 1)] ?? ''));
  }
  for (const unmodelled of ['stdout_path', 'stderr_path', 'when_expressions']) {
    if (flags.has(unmodelled)) throw new CannotSimulate(`the entrypoint's -${unmodelled} is not modelled`);
  }
  const list = (name: string): string[] => (flags.get(name) ?? '').split(',').filter((item) => item !== '');
  const timeout = flags.get('timeout');
  const timeoutMs = timeout === undefined ? undefined : parseGoDuration(timeout);
  return {
    waitFiles: list('wait_file'),
    waitsForContent: flags.has('wait_file_content'),
    postFile: flags.get('post_file'),
    terminationPath: flags.get('termination_path') ?? '/tekton/termination',
    metadataFolder: flags.get('step_metadata_dir') ?? '/tekton/run/0/status',
    continuesOnError: flags.get('on_error') === 'continue',
    timeoutMs: timeoutMs !== undefined && timeoutMs > 0 ? timeoutMs : undefined,
    results: list('results'),
    stepResults: list('step_results'),
    command: [flags.get('entrypoint') ?? '', ...(end < 0 ? [] : words.slice(end + 1))],
  };
}
