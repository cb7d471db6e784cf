import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDocker } from './docker.ts';

let server: Server;
let folder: string;
/** Why a context: what DOCKER_HOST says is read by the Docker library from this process's own environment. */
let env: { DOCKER_CONFIG: string; DOCKER_CONTEXT: string };
/** How much of an archive is told before the connection breaks; all of it when nothing is said. */
let breaksOffAfter: string | undefined;

beforeEach(async () => {
  breaksOffAfter = undefined;
  server = createServer((request, response) => {
    if (!request.url!.includes('/images/get')) return void response.end('OK');
    response.writeHead(200, { 'content-type': 'application/x-tar' });
    if (breaksOffAfter === undefined) return void response.end('an archive');
    return void response.write(breaksOffAfter, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'lab-docker-context-'));
  const context = join(folder, 'contexts/meta', createHash('sha256').update('broken').digest('hex'));
  await mkdir(context, { recursive: true });
  const Host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(context, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host } } }));
  env = { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'broken' };
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe('an archive of images', () => {
  it('is given as Docker makes it', async () => {
    const docker = await connectDocker(env);
    expect((await buffer(await docker.save(['lab/shop:1.0']))).toString()).toBe('an archive');
  });

  it('says what to do when Docker goes away in the middle of it', async () => {
    breaksOffAfter = 'an arch';
    const docker = await connectDocker(env);
    const archive = await docker.save(['lab/shop:1.0']);
    await expect(buffer(archive)).rejects.toMatchObject({ message: 'Docker does not answer', exitCode: 3 });
  });
});
