import { parentPort } from 'node:worker_threads';
import { findProgramCode } from '../commands/catalog.ts';
import { HostedSandbox } from './hosted-sandbox.ts';
import type { WorkerInstruction, WorkerMessage } from './messages.ts';

/** The program of a worker thread: runs the processes of whatever sandboxes it is told of. It talks to nobody but the pool. */

const port = parentPort!;
const sandboxes = new Map<number, HostedSandbox>();

port.on('message', (instruction: WorkerInstruction) => {
  if (instruction.kind === 'load') {
    for (const program of instruction.programs) void findProgramCode(program);
    return;
  }
  if (instruction.kind === 'forget') {
    sandboxes.delete(instruction.sandbox);
    return;
  }
  const { order } = instruction;
  const sandbox = sandboxes.get(order.sandbox) ?? new HostedSandbox();
  sandboxes.set(order.sandbox, sandbox);
  // Why: an error that nobody expected becomes an uncaught one, ends the worker, and the pool reports it.
  void sandbox.turn(order).then((report) => tell({ kind: 'report', sandbox: order.sandbox, report }));
});
tell({ kind: 'ready' });

function tell(message: WorkerMessage): void {
  port.postMessage(message);
}
