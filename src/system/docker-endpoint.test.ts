import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findDockerEndpoint } from './docker-endpoint.ts';

const id = createHash('sha256').update('colima').digest('hex');
const CONFIG = '/home/you/.docker/config.json';
const META = `/home/you/.docker/contexts/meta/${id}/meta.json`;

const find = (files: Record<string, string>, env: Record<string, string> = {}) =>
  findDockerEndpoint({ HOME: '/home/you', ...env }, (path) => Promise.resolve(files[path]));

const meta = (host: string): string => JSON.stringify({ Name: 'colima', Endpoints: { docker: { Host: host } } });

describe('findDockerEndpoint', () => {
  it('leaves DOCKER_HOST to the library', async () => {
    expect(await find({}, { DOCKER_HOST: 'ssh://you@there' })).toEqual({ isFromEnvironment: true });
  });

  it('is the usual place when nothing is chosen, or what is chosen makes no sense', async () => {
    expect(await find({})).toEqual({});
    expect(await find({ [CONFIG]: '{' })).toEqual({});
    expect(await find({ [CONFIG]: '{"currentContext":"default"}' })).toEqual({});
    expect(await find({ [CONFIG]: '{"currentContext":"colima"}' })).toEqual({});
    expect(await find({ [CONFIG]: '{"currentContext":"colima"}', [META]: meta('what://ever') })).toEqual({});
  });

  it('follows the chosen context', async () => {
    const files = { [CONFIG]: '{"currentContext":"colima"}', [META]: meta('unix:///home/you/.colima/docker.sock') };
    expect(await find(files)).toEqual({ socketPath: '/home/you/.colima/docker.sock' });
    expect(await find({ [META]: meta('tcp://10.0.0.5:2375') }, { DOCKER_CONTEXT: 'colima' })).toEqual({ host: '10.0.0.5', port: 2375 });
    expect(await find({ [META]: meta('tcp://[::1]:2375') }, { DOCKER_CONTEXT: 'colima' })).toEqual({ host: '::1', port: 2375 });
  });
});
