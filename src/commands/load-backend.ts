import type { Backend } from '../backends/backend.ts';
import { SessionError } from '../errors.ts';
import type { Io } from '../cli/io.ts';
import type { LabPaths } from '../session/paths.ts';

/** The kind of cluster of that name. Rejects with SessionError for one that this version of lab does not have. */
export async function loadBackend(name: string, { io, paths }: { io: Io; paths: LabPaths }): Promise<Backend> {
  if (name === 'embedded') {
    const { EmbeddedBackend } = await import('../backends/embedded/embedded-backend.ts');
    return new EmbeddedBackend({
      home: paths.home,
      kubeconfig: paths.kubeconfig,
      processes: io.processes,
      onInterrupt: (task) => io.onInterrupt(task),
    });
  }
  throw new SessionError(`the lab was started on the backend "${name}", which this version of lab does not have`, {
    hint: 'Type `lab stop --delete` with the version that started it, or `lab start <scenario>` to begin on another backend.',
  });
}
