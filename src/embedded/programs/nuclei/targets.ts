import { fromBytes } from '../../shell/kernel/bytes.ts';
import { DeviceFile } from '../../shell/kernel/open-file.ts';
import type { Process } from '../../shell/kernel/process.ts';
import type { Task } from '../../shell/kernel/task.ts';
import type { Options } from './cli/options.ts';
import { FileError, type ContainerFiles } from './files.ts';
import { FatalError, type Logger } from './logger.ts';

/**
 * What is to be scanned: the values of `-u`, the lines of standard input where that is no device, and those of `-l`; each once, in
 * alphabetical order. Models list.ListInputProvider.
 */
export function* readTargets(process: Process, options: Options, files: ContainerFiles, logger: Logger): Task<string[]> {
  const lines = [...options.targets];
  if (options.readsStdin && hasStandardInput(process)) lines.push(...(yield* readLines(process)));
  if (options.targetsFile !== '') lines.push(...linesOfFile(options.targetsFile, files));
  const targets = lines.map((line) => line.trim()).filter((line) => line !== '');
  const unique = [...new Set(targets)];
  const repeated = targets.length - unique.length;
  if (repeated > 0) yield* logger.info(`Supplied input was automatically deduplicated (${repeated} removed).`);
  return unique.sort((a, b) => (a < b ? -1 : 1));
}

function hasStandardInput(process: Process): boolean {
  return process.descriptors.has(0) && !(process.descriptors.get(0) instanceof DeviceFile);
}

function* readLines(process: Process): Task<string[]> {
  let text = '';
  for (let data = yield* process.read(0); data !== ''; data = yield* process.read(0)) text += data;
  return fromBytes(text).split('\n');
}

function linesOfFile(path: string, files: ContainerFiles): string[] {
  try {
    return files.read(path).split('\n');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new FatalError(`Could not create runner: could not create input provider: could not open targets file: ${error.message}`);
  }
}
