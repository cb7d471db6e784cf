import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbLog } from './lmdb-log.ts';

const compiled = (file: string): string => pathToFileURL(join(import.meta.dirname, '../../../dist/src/embedded/store', file)).href;

/** Writes pairs of objects and a journal entry for ever, and prints each revision once it is durable. */
const WRITER = `
  import { openLmdbLog } from ${JSON.stringify(compiled('lmdb-log.js'))};
  import { Store } from ${JSON.stringify(compiled('store.js'))};
  const { log, snapshot } = await openLmdbLog(process.argv[1]);
  const store = new Store(snapshot, log);
  const write = (name, value) => store.put('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'lab' }, data: { value } });
  let round = Number(store.get('configmaps', 'lab', 'left')?.data.value ?? 0);
  for (;;) {
    round += 1;
    write('left', String(round));
    write('right', String(round));
    log.appendToJournal({ auditID: String(round) });
    if (round % 5 === 0) store.remove('configmaps', write('passing', 'x'));
    const revision = store.revision;
    if (round % 3 === 0) continue;
    await store.durable(revision);
    process.stdout.write(round + ' ' + revision + '\\n');
  }
`;

interface Acknowledged {
  round: number;
  revision: number;
}

/** Runs the writer until it has acknowledged some rounds, kills it a random moment later, and answers what it had acknowledged last. */
async function writeAndKill(folder: string, rounds: number): Promise<Acknowledged> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last: Acknowledged = { round: 0, revision: 0 };
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [round, revision] = line.split(' ').map(Number);
    last = { round: round!, revision: revision! };
    lines += 1;
    if (lines === rounds) child.kill('SIGKILL');
  }
  return last;
}

describe('a log whose process is killed', () => {
  it('loses no acknowledged write, tears none apart, and goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crash-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    let previousRound = 0;
    for (const rounds of [1, 2, 7, 30, 111, 3]) {
      const acknowledged = await writeAndKill(folder, rounds);
      expect(acknowledged.round).toBeGreaterThan(previousRound);
      const { log, snapshot } = await openLmdbLog(folder);
      const objects = snapshot!.objects.get('configmaps')!;
      const valueOf = (name: string): number => Number((objects.get(`lab/${name}`)!['data'] as { value: string }).value);
      expect(valueOf('left')).toBeGreaterThanOrEqual(acknowledged.round);
      expect(valueOf('right')).toBe(valueOf('left'));
      expect(objects.has('lab/passing')).toBe(false);
      expect(snapshot!.revision).toBeGreaterThan(acknowledged.revision);
      expect(log.journal().entries.map(({ auditID }) => Number(auditID))).toEqual(
        Array.from({ length: valueOf('left') }, (_x, index) => index + 1),
      );
      previousRound = valueOf('left');
      await log.close();
    }
  });
});
