import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PIPELINE_RUNS, PIPELINES, TASK_RUNS, TASKS } from '../../tekton/names.ts';
import { inlineTask, step, TektonWorld } from '../../tekton/testing/tekton-world.ts';
import type { PipelineRun, TaskRun } from '../../tekton/types.ts';

let w: TektonWorld;
beforeEach(() => {
  w = new TektonWorld();
});
afterEach(() => w.close());

const DENIED = 'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: ';

describe('what cannot work is refused', () => {
  it('in tasks', () => {
    const refuse = (spec: Parameters<TektonWorld['task']>[1], why: string) => expect(() => w.task('t', spec)).toThrow(DENIED + why);
    refuse({ steps: [] }, 'missing field(s): spec.steps');
    refuse({ steps: [{ name: 'a', script: 'true' }] }, 'missing field(s): spec.steps[0].Image');
    refuse({ steps: [step('a', 'true', { command: ['sh'] })] }, 'script cannot be used with command: spec.steps[0].script');
    refuse(
      { steps: [step('a', 'true', { onError: 'ignore' as 'continue' })] },
      'invalid value: "ignore": spec.steps[0].onError\nTask step onError must be either "continue" or "stopAndFail"',
    );
    refuse({ steps: [step('a', 'echo $(params.x)')] }, 'non-existent variable in "echo $(params.x)": spec.steps[0].script');
  });

  it('in pipelines', () => {
    const refuse = (spec: Parameters<TektonWorld['pipeline']>[1], why: string) => expect(() => w.pipeline('p', spec)).toThrow(DENIED + why);
    refuse(
      { tasks: [inlineTask('a', 'true', { runAfter: ['b'] })] },
      `invalid value: couldn't add link between a and b: task a depends on b but b wasn't present in Pipeline: spec.tasks`,
    );
    refuse({ tasks: [{ name: 'a' }] }, 'expected exactly one, got neither: spec.tasks[0].taskRef, spec.tasks[0].taskSpec');
    refuse(
      { tasks: [{ name: 'a', taskRef: { name: 't' }, workspaces: [{ name: 'rules' }] }] },
      'invalid value: pipeline task "a" expects workspace with name "rules" but none exists in pipeline spec: spec.tasks[0].workspaces[0]',
    );
    refuse(
      { tasks: [inlineTask('a', 'true')], finally: [inlineTask('b', 'true', { runAfter: ['a'] })] },
      'invalid value: no runAfter allowed under spec.finally, final task b has runAfter specified: spec.finally[0]',
    );
  });

  it('in runs, of which nothing but their state can be changed', () => {
    expect(() => w.startPipeline('r', {})).toThrow(`${DENIED}expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec`);
    w.startPipeline('r', { pipelineSpec: { tasks: [inlineTask('a', 'true')] } });
    const change = (spec: object) => w.api.patch(PIPELINE_RUNS, 'lab', 'r', { type: 'merge', body: { spec } });
    expect(() => change({ params: [{ name: 'x', value: 'y' }] })).toThrow(
      'Once the PipelineRun has started, only status updates are allowed',
    );
    expect(() => change({ status: 'Cancelled' })).not.toThrow();
  });
});

describe('what is left out is filled in', () => {
  it('as Tekton does', () => {
    w.task('t', { params: [{ name: 'a' }, { name: 'b', default: ['x'] }], results: [{ name: 'r' }], steps: [step('a', 'true')] });
    w.pipeline('p', { tasks: [{ name: 'a', taskRef: { name: 't' } }] });
    w.startTask('tr', { taskRef: { name: 't' } });
    w.startPipeline('pr', { pipelineRef: { name: 'p' } });
    expect(w.get(TASKS, 't')).toMatchObject({ spec: { params: [{ type: 'string' }, { type: 'array' }], results: [{ type: 'string' }] } });
    expect(w.get(PIPELINES, 'p')).toMatchObject({ spec: { tasks: [{ taskRef: { kind: 'Task' } }] } });
    expect(w.get<TaskRun>(TASK_RUNS, 'tr')!.spec).toMatchObject({
      timeout: '1h0m0s',
      serviceAccountName: 'default',
      taskRef: { kind: 'Task' },
    });
    expect(w.get<PipelineRun>(PIPELINE_RUNS, 'pr')!.spec).toMatchObject({
      timeouts: { pipeline: '1h0m0s' },
      taskRunTemplate: { serviceAccountName: 'default' },
    });
  });
});
