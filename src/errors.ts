/** What every error of the kit carries: what failed, and what to type next. */
export interface LabErrorOptions {
  /** What the person should do or type next, as a sentence. */
  hint?: string;
  cause?: unknown;
}

/** An error that is told to the person in its own words, never as a stack trace. */
export abstract class LabError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** Wrong arguments. */
export class UsageError extends LabError {
  override readonly code = 'E_USAGE';
  override readonly exitCode = 2;
}

/** The machine lacks something; `problems` lists everything that was found, not just the first. */
export class EnvironmentError extends LabError {
  override readonly code = 'E_ENV';
  override readonly exitCode = 3;
  readonly problems: readonly EnvironmentProblem[];

  constructor(message: string, options: LabErrorOptions & { problems?: readonly EnvironmentProblem[] } = {}) {
    super(message, options);
    this.problems = options.problems ?? [];
  }
}

export interface EnvironmentProblem {
  what: string;
  /** What to do about it. */
  remedy: string;
}

/** A scenario, solution or workspace file is broken; all places at once. */
export class ScenarioError extends LabError {
  override readonly code = 'E_SCENARIO';
  override readonly exitCode = 4;
  readonly problems: readonly FileProblem[];

  constructor(message: string, options: LabErrorOptions & { problems?: readonly FileProblem[] } = {}) {
    super(message, options);
    this.problems = options.problems ?? [];
  }
}

export interface FileProblem {
  file: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** JSON pointer into the document. */
  pointer?: string;
  message: string;
}

/** An outside program failed. */
export class CommandError extends LabError {
  override readonly code = 'E_COMMAND';
  override readonly exitCode = 5;
  /** The command as it can be pasted into a shell. */
  readonly commandLine: string;
  /** How it ended, for example `exit code 1`, `signal SIGKILL` or `timed out after 30 s`. */
  readonly ending: string;
  /** The end of what it printed. */
  readonly output: string;

  constructor(message: string, options: LabErrorOptions & { commandLine: string; ending: string; output: string }) {
    super(message, options);
    this.commandLine = options.commandLine;
    this.ending = options.ending;
    this.output = options.output;
  }
}

/** The cluster refused a request or could not be reached. */
export class ClusterError extends LabError {
  override readonly code = 'E_CLUSTER';
  override readonly exitCode = 5;
  /** HTTP status, absent when there was no answer. */
  readonly status: number | undefined;
  /** `reason` of the Status object, for example NotFound. */
  readonly reason: string | undefined;
  /** `details.causes` of the Status object: the fields that are wrong, where the server names them. */
  readonly causes: readonly ClusterErrorCause[];

  constructor(
    message: string,
    options: LabErrorOptions & { status?: number; reason?: string; causes?: readonly ClusterErrorCause[] } = {},
  ) {
    super(message, options);
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
  }
}

export interface ClusterErrorCause {
  /** Path such as `spec.template.spec.containers[0].image`. */
  field?: string;
  message?: string;
}

/** Something awaited did not happen in time. */
export class TimeoutError extends LabError {
  override readonly code = 'E_TIMEOUT';
  override readonly exitCode = 5;
}

/** The session is missing, from another version, or in use by another command. */
export class SessionError extends LabError {
  override readonly code = 'E_SESSION';
  override readonly exitCode = 6;
}
