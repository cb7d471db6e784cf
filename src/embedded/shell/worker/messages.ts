import type { CommandFault } from '../../faults.ts';
import type { HttpRequest } from '../../network/http.ts';
import type { FileSpec, ProcessEnd, ProcessSpec, SandboxSpec } from '../container-process.ts';
import type { FetchOutcome } from '../kernel/kernel.ts';

/** Something that happened outside and that the processes of a sandbox are to hear of. */
export type SandboxEvent =
  | { kind: 'open'; spec: SandboxSpec; hostname: string }
  | { kind: 'start'; process: number; spec: ProcessSpec }
  | { kind: 'signal'; process: number; name: string }
  | { kind: 'stdin'; process: number; text: string }
  | { kind: 'stdin-end'; process: number }
  | { kind: 'write-file'; path: string; file: FileSpec }
  | { kind: 'read-files'; request: number; path: string }
  | { kind: 'timer'; timer: number }
  | { kind: 'response'; request: number; outcome: FetchOutcome };

/** Tells a worker what happened to one sandbox; its processes then run until all wait, and the worker answers with one report. */
export interface TurnOrder {
  sandbox: number;
  /** Milliseconds since the epoch; time stands still during a turn. */
  nowMs: number;
  /** Programs that are broken on purpose; absent when they are as before. */
  faults?: readonly (readonly [program: string, fault: CommandFault])[];
  events: readonly SandboxEvent[];
}

/** What a sandbox does to the outside. */
export type SandboxEffect =
  | { kind: 'output'; process: number; stream: 'stdout' | 'stderr'; text: string }
  | { kind: 'ended'; process: number; end: ProcessEnd }
  | { kind: 'sleep'; timer: number; delayMs: number }
  | { kind: 'wake'; timer: number }
  | { kind: 'fetch'; request: number; message: HttpRequest }
  | { kind: 'files'; request: number; files: Record<string, FileSpec> };

/** What came of one turn, in the order in which it happened. */
export interface TurnReport {
  effects: readonly SandboxEffect[];
}

/** From the pool to a worker. */
export type WorkerInstruction =
  { kind: 'load'; programs: readonly string[] } | { kind: 'turn'; order: TurnOrder } | { kind: 'forget'; sandbox: number };

/** From a worker to the pool; reports carry the sandbox whose turn it was. */
export type WorkerMessage = { kind: 'ready' } | { kind: 'report'; sandbox: number; report: TurnReport };
