import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FAULTS } from '../../faults.ts';
import { TASK_RUNS } from '../names.ts';
import { step, TektonWorld, verdict } from '../testing/tekton-world.ts';
import type { TaskRun } from '../types.ts';

let w: TektonWorld;
beforeEach(() => {
  w = new TektonWorld();
});
afterEach(() => w.close());

const states = (run: TaskRun) =>
  run.status!.steps!.map(({ name, terminated, terminationReason }) => `${name} ${terminated?.exitCode} ${terminationReason}`);

describe('steps', () => {
  it('run in order in one pod, and share results and workspaces', async () => {
    w.api.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'greeting', namespace: 'lab' },
      data: { 'hello.txt': 'hello\n' },
    });
    w.task('talk', {
      params: [
        { name: 'who', default: 'nobody' },
        { name: 'words', type: 'array' },
      ],
      workspaces: [{ name: 'texts' }, { name: 'scratch' }],
      results: [{ name: 'said' }],
      steps: [
        step(
          'write',
          'cat $(workspaces.texts.path)/hello.txt > $(workspaces.scratch.path)/out; echo "$(params.who) $X" >> /workspace/scratch/out',
          {
            env: [{ name: 'X', value: '$(params.words[1])' }],
          },
        ),
        {
          name: 'read',
          image: 'lab/deployer:1.0',
          command: ['sh', '-c'],
          args: ['tr "\\n" " " < "$0" > $(results.said.path)', '/workspace/scratch/out'],
        },
        step('last', '#!/usr/bin/env bash\necho "$(cat /tekton/results/said) in $(context.taskRun.name)"'),
      ],
    });
    const run = await w.runTask('run', {
      taskRef: { name: 'talk' },
      params: [
        { name: 'who', value: 'everybody' },
        { name: 'words', value: ['a', 'b'] },
      ],
      workspaces: [
        { name: 'texts', configMap: { name: 'greeting' } },
        { name: 'scratch', emptyDir: {} },
      ],
    });
    expect(verdict(run)).toBe('True Succeeded: All Steps have completed executing');
    expect(run.status!.results).toEqual([{ name: 'said', type: 'string', value: 'hello everybody b ' }]);
    expect(w.log('run-pod', 'step-last')).toBe('hello everybody b  in run\n');
    expect(run.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'tekton-pipelines', 'tekton.dev/task': 'talk' });
    expect(w.pods().map(({ metadata }) => [metadata.name, metadata.labels!['tekton.dev/taskRun']])).toEqual([['run-pod', 'run']]);
    expect(w.told('run')[0]).toBe('Started');
    expect(w.told('run').at(-1)).toBe('Succeeded: All Steps have completed executing');
  });

  it('stop at the first that fails, and the others are skipped', async () => {
    const run = await w.runTask('run', {
      taskSpec: { steps: [step('one', 'exit 0'), step('two', 'exit 3'), step('three', 'echo never')] },
    });
    expect(verdict(run)).toBe('False Failed: "step-two" exited with code 3: Error');
    expect(states(run)).toEqual(['one 0 Completed', 'two 3 Error', 'three 1 Skipped']);
    expect(w.log('run-pod', 'step-three')).toContain('Skipping step because a previous step failed');
  });

  it('go on after one that may fail, which keeps its exit code', async () => {
    const run = await w.runTask('run', {
      taskSpec: { steps: [step('scan', 'exit 7', { onError: 'continue' }), step('tell', 'cat $(steps.step-scan.exitCode.path)')] },
    });
    expect(verdict(run)).toBe('True Succeeded: All Steps have completed executing');
    expect(states(run)).toEqual(['scan 7 Continued', 'tell 0 Completed']);
    expect(w.log('run-pod', 'step-tell')).toBe('7');
  });

  it('end a script without a first line of its own at the first command that fails', async () => {
    const run = await w.runTask('run', { taskSpec: { steps: [step('one', 'false\necho never')] } });
    expect(verdict(run)).toBe('False Failed: "step-one" exited with code 1: Error');
  });

  it('are ended when their time is over', async () => {
    const run = await w.runTask('run', { taskSpec: { steps: [step('slow', 'sleep 60', { timeout: '5s' }), step('next', 'true')] } });
    expect(verdict(run)).toBe('False Failed: "step-slow" exited because the step exceeded the specified timeout limit');
    expect(states(run)).toEqual(['slow 1 TimeoutExceeded', 'next 1 Skipped']);
  });

  it('say when their program is not there', async () => {
    const run = await w.runTask('run', { taskSpec: { steps: [{ name: 'one', image: 'lab/deployer:1.0', command: ['kubecuttle'] }] } });
    expect(verdict(run)).toBe('False Failed: "step-one" exited with code 1: Error');
  });
});

describe('a run', () => {
  it('fails when an image cannot be pulled', async () => {
    await w.close();
    w = new TektonWorld({ faults: { ...NO_FAULTS, isUnpullable: (reference) => reference.includes('nuclei') } });
    const run = await w.runTask('run', {
      taskSpec: { steps: [{ name: 'scan', image: 'projectdiscovery/nuclei:v3.4.10', script: 'nuclei' }] },
    });
    expect(verdict(run)).toMatch(
      /^False TaskRunImagePullFailed: the step "scan" in TaskRun "run" failed to pull the image ""\. The pod errored/,
    );
    expect(w.pods().filter(({ metadata }) => !metadata.deletionTimestamp)).toEqual([]);
  });

  it('fails when it takes too long, and its pod goes', async () => {
    const run = await w.runTask('run', { timeout: '30s', taskSpec: { steps: [step('slow', 'sleep 600')] } });
    expect(verdict(run)).toBe('False TaskRunTimeout: TaskRun "run" failed to finish within "30s"');
    expect(run.status!.steps![0]!.terminationReason).toBe('TaskRunTimeout');
    await w.until(() => w.pods().length === 0);
  });

  it('is tried again as often as it may be, each time in a pod of its own', async () => {
    const run = await w.runTask('run', { retries: 2, taskSpec: { steps: [step('one', 'exit 1')] } });
    expect(verdict(run)).toBe('False Failed: "step-one" exited with code 1: Error');
    expect(run.status!.retriesStatus).toHaveLength(2);
    expect(w.pods().map(({ metadata }) => metadata.name)).toEqual(['run-pod', 'run-pod-retry1', 'run-pod-retry2']);
  });

  it('says what is missing', async () => {
    w.task('needy', { params: [{ name: 'x' }], workspaces: [{ name: 'w' }], steps: [step('one', 'true')] });
    expect(verdict(await w.runTask('a', { taskRef: { name: 'nobody' } }))).toContain('False TaskRunResolutionFailed: ');
    expect(verdict(await w.runTask('b', { taskRef: { name: 'needy' } }))).toBe(
      'False TaskRunValidationFailed: [User error] invalid input params for task needy: missing values for these params which have no default values: [x]',
    );
    expect(verdict(await w.runTask('c', { taskRef: { name: 'needy' }, params: [{ name: 'x', value: '1' }] }))).toBe(
      'False TaskRunValidationFailed: [User error] declared workspace "w" is required but has not been bound',
    );
    expect(w.pods()).toEqual([]);
  });

  it('goes on after the controllers were away, and is not run twice', async () => {
    w.cluster.stop();
    w.startTask('run', { taskSpec: { steps: [step('one', 'echo once')] } });
    w.cluster.start();
    expect(verdict(await w.untilTaskDone('run'))).toContain('True Succeeded');
    w.cluster.stop();
    w.cluster.start();
    await w.clock.advance({ deadlineMs: w.clock.now() + 60_000 });
    expect(w.pods()).toHaveLength(1);
    expect(w.get<TaskRun>(TASK_RUNS, 'run')!.status!.retriesStatus).toBeUndefined();
  });
});
