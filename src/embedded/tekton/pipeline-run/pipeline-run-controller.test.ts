import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PIPELINE_RUNS, TASK_RUNS } from '../names.ts';
import { inlineTask, step, TektonWorld, verdict } from '../testing/tekton-world.ts';
import type { PipelineRun, TaskRun } from '../types.ts';

let w: TektonWorld;
beforeEach(() => {
  w = new TektonWorld();
});
afterEach(() => w.close());

const skipped = (run: PipelineRun) => (run.status!.skippedTasks ?? []).map(({ name, reason }) => `${name}: ${reason}`);
const children = (run: PipelineRun) => run.status!.childReferences!.map(({ name }) => name);

describe('tasks', () => {
  it('run after each other, and hand on params and results', async () => {
    w.task('greet', {
      params: [{ name: 'who' }],
      results: [{ name: 'text' }],
      steps: [step('one', 'printf "hello $(params.who)" > $(results.text.path)')],
    });
    w.pipeline('p', {
      params: [{ name: 'name', default: 'nobody' }],
      results: [{ name: 'said', value: '$(tasks.first.results.text)!' }],
      tasks: [
        { name: 'first', taskRef: { name: 'greet' }, params: [{ name: 'who', value: '$(params.name)' }] },
        inlineTask('second', 'echo "$(tasks.first.results.text) from $(context.pipelineRun.name)"', { runAfter: ['first'] }),
      ],
    });
    const run = await w.runPipeline('run', { pipelineRef: { name: 'p' }, params: [{ name: 'name', value: 'world' }] });
    expect(verdict(run)).toBe('True Succeeded: Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0');
    expect(run.status!.results).toEqual([{ name: 'said', value: 'hello world!' }]);
    expect(children(run)).toEqual(['run-first', 'run-second']);
    expect(w.log('run-second-pod', 'step-main')).toBe('hello world from run\n');
    expect(w.get<TaskRun>(TASK_RUNS, 'run-second')!.metadata.labels).toMatchObject({
      'tekton.dev/pipeline': 'p',
      'tekton.dev/pipelineRun': 'run',
      'tekton.dev/pipelineTask': 'second',
      'tekton.dev/memberOf': 'tasks',
    });
    expect(w.told('run')).toEqual([
      'Started',
      'Running: Tasks Completed: 0 (Failed: 0, Cancelled 0), Incomplete: 2, Skipped: 0',
      'Running: Tasks Completed: 1 (Failed: 0, Cancelled 0), Incomplete: 1, Skipped: 0',
      'Succeeded: Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0',
    ]);
  });

  it('that fail stop those after them, and finally runs all the same', async () => {
    const run = await w.runPipeline('run', {
      pipelineSpec: {
        tasks: [
          inlineTask('deploy', 'true'),
          inlineTask('scan', 'exit 1', { runAfter: ['deploy'] }),
          inlineTask('switch', 'true', { runAfter: ['scan'] }),
        ],
        finally: [
          {
            ...inlineTask('tell', 'echo $(params.all) $(params.scan)'),
            params: [
              { name: 'all', value: '$(tasks.status)' },
              { name: 'scan', value: '$(tasks.scan.status)' },
            ],
          },
          inlineTask('celebrate', 'true', { when: [{ input: '$(tasks.status)', operator: 'in', values: ['Succeeded'] }] }),
        ],
      },
    });
    expect(verdict(run)).toBe('False Failed: Tasks Completed: 3 (Failed: 1, Cancelled 0), Skipped: 2');
    expect(skipped(run)).toEqual(['switch: PipelineRun was stopping', 'celebrate: When Expressions evaluated to false']);
    expect(w.log('run-tell-pod', 'step-main')).toBe('Failed Failed\n');
    expect(run.status!.finallyStartTime).toBeDefined();
    expect(w.get<TaskRun>(TASK_RUNS, 'run-tell')!.metadata.labels!['tekton.dev/memberOf']).toBe('finally');
  });

  it('whose conditions are not met are skipped, and the run completes', async () => {
    const run = await w.runPipeline('run', {
      pipelineSpec: {
        tasks: [
          inlineTask('scan', 'printf dirty > $(results.verdict.path)', { results: [{ name: 'verdict' }] }),
          inlineTask('switch', 'true', { when: [{ input: '$(tasks.scan.results.verdict)', operator: 'in', values: ['clean'] }] }),
          inlineTask('after', 'true', { runAfter: ['switch'] }),
        ],
      },
    });
    expect(verdict(run)).toBe('True Completed: Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 1');
    expect(run.status!.skippedTasks).toEqual([
      {
        name: 'switch',
        reason: 'When Expressions evaluated to false',
        whenExpressions: [{ input: 'dirty', operator: 'in', values: ['clean'] }],
      },
    ]);
  });

  it('with a condition on a result that nobody wrote are skipped in a green run', async () => {
    const run = await w.runPipeline('run', {
      pipelineSpec: {
        tasks: [
          inlineTask('scan', 'true', { results: [{ name: 'verdict' }] }),
          inlineTask('switch', 'true', { when: [{ input: '$(tasks.scan.results.verdict)', operator: 'in', values: ['clean'] }] }),
        ],
      },
    });
    expect(verdict(run)).toBe('True Completed: Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 1');
    expect(skipped(run)).toEqual(['switch: When Expressions evaluated to false']);
  });

  it('with a param from a result that nobody wrote fail the run', async () => {
    const run = await w.runPipeline('run', {
      pipelineSpec: {
        tasks: [
          inlineTask('scan', 'true', { results: [{ name: 'verdict' }] }),
          inlineTask('switch', 'true', { params: [{ name: 'v', value: '$(tasks.scan.results.verdict)' }] }),
        ],
      },
    });
    expect(verdict(run)).toBe(
      'False PipelineValidationFailed: Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 0, Failed Validation: 1',
    );
  });

  it('that may fail are counted, and do not stop the others', async () => {
    const run = await w.runPipeline('run', {
      pipelineSpec: {
        tasks: [inlineTask('scan', 'exit 1', { onError: 'continue' }), inlineTask('switch', 'true', { runAfter: ['scan'] })],
      },
    });
    expect(verdict(run)).toBe('True Succeeded: Tasks Completed: 2 (Failed: 1 (Ignored: 1), Cancelled 0), Skipped: 0');
    expect(verdict(w.get<TaskRun>(TASK_RUNS, 'run-scan')!)).toContain('False FailureIgnored: ');
  });
});

describe('a run', () => {
  it('that takes too long is ended, and what runs in it', async () => {
    const run = await w.runPipeline('run', {
      timeouts: { pipeline: '1m' },
      pipelineSpec: { tasks: [inlineTask('slow', 'sleep 600'), inlineTask('next', 'true', { runAfter: ['slow'] })] },
    });
    expect(verdict(run)).toBe('False PipelineRunTimeout: PipelineRun "run" failed to finish within "1m0s"');
    await w.until(() => w.pods().length === 0);
    expect(w.get<TaskRun>(TASK_RUNS, 'run-slow')!.spec.statusMessage).toContain('has timed out');
  });

  it('whose tasks take too long ends at once: nothing final runs any more', async () => {
    const run = await w.runPipeline('run', {
      timeouts: { pipeline: '10m', tasks: '1m' },
      pipelineSpec: { tasks: [inlineTask('slow', 'sleep 600')], finally: [inlineTask('clean-up', 'echo clean')] },
    });
    expect(verdict(run)).toBe('False PipelineRunTimeout: PipelineRun "run" failed due to tasks failed to finish within "1m0s"');
    expect(children(run)).toEqual(['run-slow']);
  });

  it('can be cancelled, with finally and without', async () => {
    const spec = { pipelineSpec: { tasks: [inlineTask('slow', 'sleep 600')], finally: [inlineTask('clean-up', 'true')] } };
    for (const name of ['hard', 'soft']) w.startPipeline(name, structuredClone(spec));
    await w.until(() => w.pods().filter(({ status }) => status?.phase === 'Running').length === 2);
    const cancel = (name: string, status: string) => w.api.patch(PIPELINE_RUNS, 'lab', name, { type: 'merge', body: { spec: { status } } });
    cancel('hard', 'Cancelled');
    cancel('soft', 'CancelledRunFinally');
    expect(verdict(await w.untilPipelineDone('hard'))).toBe('False Cancelled: PipelineRun "hard" was cancelled');
    expect(children(w.get<PipelineRun>(PIPELINE_RUNS, 'hard')!)).toEqual(['hard-slow']);
    const soft = await w.untilPipelineDone('soft');
    expect(verdict(soft)).toBe('False Cancelled: PipelineRun "soft" was cancelled');
    expect(children(soft)).toEqual(['soft-slow', 'soft-clean-up']);
  });

  it('says what is missing', async () => {
    w.pipeline('p', {
      params: [{ name: 'version' }],
      workspaces: [{ name: 'rules' }],
      tasks: [{ name: 'a', taskRef: { name: 'nobody' } }],
    });
    expect(verdict(await w.runPipeline('a', { pipelineRef: { name: 'q' } }))).toContain('False CouldntGetPipeline: ');
    expect(verdict(await w.runPipeline('b', { pipelineRef: { name: 'p' } }))).toBe(
      'False ParameterMissing: [User error] PipelineRun lab/b is missing some parameters required by Pipeline lab/p: pipelineRun missing parameters: [version]',
    );
    const params = [{ name: 'version', value: '1' }];
    expect(verdict(await w.runPipeline('c', { pipelineRef: { name: 'p' }, params }))).toContain('False InvalidWorkspaceBindings: ');
    const workspaces = [{ name: 'rules', emptyDir: {} }];
    expect(verdict(await w.runPipeline('d', { pipelineRef: { name: 'p' }, params, workspaces }))).toBe(
      'False CouldntGetTask: Pipeline lab/p can\'t be Run; it contains Tasks that don\'t exist: Couldn\'t retrieve Task "nobody": tasks.tekton.dev "nobody" not found',
    );
    const pipelineSpec = {
      tasks: [
        inlineTask('scan', 'true'),
        inlineTask('switch', 'true', { when: [{ input: '$(tasks.scan.results.x)', operator: 'in' as const, values: ['a'] }] }),
      ],
    };
    expect(verdict(await w.runPipeline('e', { pipelineSpec }))).toBe(
      'False InvalidTaskResultReference: invalid result reference in pipeline task "switch": "x" is not a named result returned by pipeline task "scan"',
    );
  });
});
