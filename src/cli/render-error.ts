import { CommandError, EnvironmentError, LabError, ScenarioError, type FileProblem } from '../errors.ts';
import type { Io } from './io.ts';

/** Exit code of a mistake in the kit itself. */
export const INTERNAL_ERROR = 70;

/** How a failure is told: what, why, what next; with `isVerbose`, where in the kit it came from. */
export function renderError(
  error: unknown,
  { paint, nodeVersion, platform }: Pick<Io, 'paint' | 'nodeVersion' | 'platform'>,
  isVerbose: boolean,
): string {
  const lines = error instanceof LabError ? known(error, paint) : internal(error, paint, { nodeVersion, platform }, isVerbose);
  if (isVerbose && error instanceof Error) lines.push('', ...stackOf(error));
  return lines.join('\n');
}

export function exitCodeOf(error: unknown): number {
  return error instanceof LabError ? error.exitCode : INTERNAL_ERROR;
}

function known(error: LabError, paint: Io['paint']): string[] {
  return [
    `${paint('error:', 'bad')} ${error.message}`,
    ...reasons(error).map((line) => `  ${line}`),
    ...(error.hint === undefined ? [] : [`${paint('next:', 'strong')} ${error.hint}`]),
  ];
}

function reasons(error: LabError): string[] {
  if (error instanceof ScenarioError) return error.problems.map(fileProblem);
  if (error instanceof EnvironmentError) return error.problems.flatMap(({ what, remedy }) => [`- ${what}`, `  ${remedy}`]);
  if (!(error instanceof CommandError)) return [];
  const output = error.output === '' ? [] : error.output.split('\n').map((line) => `| ${line}`);
  return [`$ ${error.commandLine}`, `ended with ${error.ending}`, ...output];
}

/** `file:line:column: message (pointer)`, in the form that editors and terminals make clickable. */
export function fileProblem({ file, line, column, pointer, message }: FileProblem): string {
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}${pointer === undefined ? '' : ` (at ${pointer === '' ? '/' : pointer})`}`;
}

function internal(
  error: unknown,
  paint: Io['paint'],
  { nodeVersion, platform }: Pick<Io, 'nodeVersion' | 'platform'>,
  isVerbose: boolean,
): string[] {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    `${paint('internal error:', 'bad')} ${message}`,
    `  This is a mistake in lab, not yours. Node ${nodeVersion} on ${platform}.`,
    `${paint('next:', 'strong')} ${isVerbose ? 'Report it with the lines below.' : 'Run the command again with --verbose and report what it prints.'}`,
  ];
}

/** The stack, and those of the causes, with the folder of the kit left out. */
function stackOf(error: Error): string[] {
  const own = (error.stack ?? '').replaceAll(/(file:\/\/)?\/[^\s()]*?\/(?=(dist|node_modules)\/)/g, '').split('\n');
  return error.cause instanceof Error ? [...own, 'caused by:', ...stackOf(error.cause)] : own;
}
