import { expect, it } from 'vitest';
import { PullProgress } from './docker-progress.ts';

it('adds up the layers of an image', () => {
  const progress = new PullProgress();
  const events = [
    { status: 'Pulling from kindest/node', id: 'v1.34.0' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Already exists', id: 'b' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 2_000_000, total: 40_000_000 } },
    { status: 'Downloading', id: 'a' },
    { status: 'Download complete', id: 'a' },
    { status: 'Pull complete', id: 'a' },
    { status: 'Status: Downloaded newer image' },
  ];
  expect(events.map((event) => progress.note(event))).toEqual([
    'Pulling from kindest/node',
    '0 of 1 layers',
    '1 of 2 layers',
    '1 of 2 layers, 2.0 MB of 40 MB',
    '1 of 2 layers, 2.0 MB of 40 MB',
    '1 of 2 layers, 40 MB of 40 MB',
    '2 of 2 layers, 40 MB of 40 MB',
    '2 of 2 layers, 40 MB of 40 MB',
  ]);
});
