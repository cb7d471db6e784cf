import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { PipelineRunSpec, PipelineSpec, PipelineTask, Step, TaskRunSpec, TaskSpec } from '../../src/embedded/tekton/types.ts';
import type { Play } from './play.ts';

const IMAGE = 'lab/deployer:1.0';
const TEKTON = 'tekton.dev/v1';

const object = (kind: string, name: string, spec: object): KubeObject => ({ apiVersion: TEKTON, kind, metadata: { name }, spec });
const task = (name: string, spec: TaskSpec): KubeObject => object('Task', name, spec);
const pipeline = (name: string, spec: PipelineSpec): KubeObject => object('Pipeline', name, spec);
const taskRun = (spec: TaskRunSpec): KubeObject => object('TaskRun', 'run', spec);
const pipelineRun = (spec: PipelineRunSpec): KubeObject => object('PipelineRun', 'run', spec);
const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

const step = (name: string, script: string, more: Partial<Step> = {}): Step => ({
  name,
  image: IMAGE,
  script: `#!/bin/sh\n${script}\n`,
  ...more,
});
const inline = (
  name: string,
  script: string,
  { results, workspaces, ...more }: Partial<PipelineTask> & Pick<TaskSpec, 'results'> = {},
): PipelineTask => ({
  name,
  taskSpec: {
    steps: [step('main', script)],
    ...(results && { results }),
    ...(workspaces && { workspaces: workspaces.map((workspace) => ({ name: workspace.name })) }),
  },
  ...(workspaces && { workspaces }),
  ...more,
});
const result = (name: string, value: string): string => `printf '${value}' > $(results.${name}.path)`;

const whileATaskRuns = (spec: Record<string, unknown>): Play['meanwhile'] => ({ when: (seen) => seen.isAnyTaskRunning, spec });

/** TaskRuns. */
const TASK_PLAYS: Play[] = [
  {
    id: 'steps-in-order',
    objects: [
      task('greet', {
        params: [{ name: 'whom' }, { name: 'times', default: '2' }, { name: 'words', type: 'array', default: ['good', 'day'] }],
        results: [
          { name: 'greeting', description: 'what was said' },
          { name: 'count', type: 'string' },
        ],
        stepTemplate: { env: [{ name: 'TONE', value: 'kind' }] },
        steps: [
          step('say', `echo "hello $(params.whom)"; ${result('greeting', 'hello $(params.whom)')}`),
          { name: 'words', image: IMAGE, command: ['echo'], args: ['$(params.words[*])', '$TONE', '$(context.taskRun.name)'] },
          { image: IMAGE, script: result('count', '$(params.times)') },
        ],
      }),
    ],
    run: taskRun({ taskRef: { name: 'greet' }, params: [{ name: 'whom', value: 'world' }] }),
  },
  {
    id: 'failing-step',
    run: taskRun({ taskSpec: { steps: [step('one', 'exit 0'), step('two', 'echo no >&2; exit 3'), step('three', 'exit 0')] } }),
  },
  {
    id: 'on-error-continue',
    run: taskRun({
      taskSpec: {
        steps: [step('fails', 'exit 4', { onError: 'continue' }), step('looks', 'test "$(cat $(steps.step-fails.exitCode.path))" = 4')],
      },
    }),
  },
  {
    id: 'step-timeout',
    run: taskRun({ taskSpec: { steps: [step('slow', 'sleep 60', { timeout: '2s' }), step('never', 'exit 0')] } }),
  },
  { id: 'task-timeout', run: taskRun({ timeout: '6s', taskSpec: { steps: [step('slow', 'sleep 120'), step('never', 'exit 0')] } }) },
  { id: 'task-retries', run: taskRun({ retries: 1, taskSpec: { steps: [step('fails', 'exit 1')] } }) },
  {
    id: 'task-cancelled',
    run: taskRun({ taskSpec: { steps: [step('slow', 'sleep 120')] } }),
    meanwhile: whileATaskRuns({ status: 'TaskRunCancelled' }),
  },
  { id: 'missing-task', run: taskRun({ taskRef: { name: 'nowhere' } }) },
  {
    id: 'missing-param',
    objects: [task('needs', { params: [{ name: 'a' }, { name: 'b' }], steps: [step('any', 'exit 0')] })],
    run: taskRun({ taskRef: { name: 'needs' }, params: [{ name: 'a', value: '1' }] }),
  },
  {
    id: 'param-of-wrong-type',
    objects: [task('needs', { params: [{ name: 'list', type: 'array' }], steps: [step('any', 'exit 0')] })],
    run: taskRun({ taskRef: { name: 'needs' }, params: [{ name: 'list', value: 'text' }] }),
  },
  {
    id: 'missing-workspace',
    objects: [task('needs', { workspaces: [{ name: 'source' }], steps: [step('any', 'exit 0')] })],
    run: taskRun({ taskRef: { name: 'needs' } }),
  },
  {
    id: 'workspaces',
    objects: [configMap('settings', { colour: 'green' })],
    run: taskRun({
      taskSpec: {
        workspaces: [
          { name: 'settings', readOnly: true },
          { name: 'scratch', mountPath: '/scratch' },
          { name: 'extra', optional: true },
        ],
        results: [{ name: 'colour' }, { name: 'bound' }],
        steps: [
          step('copy', 'cp $(workspaces.settings.path)/colour /scratch/colour'),
          step('tell', 'cat /scratch/colour > $(results.colour.path); printf "$(workspaces.extra.bound)" > $(results.bound.path)'),
        ],
      },
      workspaces: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'scratch', emptyDir: {} },
      ],
    }),
  },
  {
    id: 'missing-result',
    run: taskRun({ taskSpec: { results: [{ name: 'said' }, { name: 'unsaid' }], steps: [step('says', result('said', 'yes'))] } }),
  },
  {
    id: 'typed-results',
    run: taskRun({
      taskSpec: {
        results: [
          { name: 'list', type: 'array' },
          { name: 'map', type: 'object', properties: { a: {}, b: {} } },
        ],
        steps: [step('says', `printf '["x","y"]' > $(results.list.path); printf '{"a":"1","b":"2"}' > $(results.map.path)`)],
      },
    }),
  },
  {
    id: 'step-results',
    run: taskRun({
      taskSpec: {
        results: [{ name: 'told', value: '$(steps.says.results.word)' }],
        steps: [step('says', `printf 'word' > $(step.results.word.path)`, { results: [{ name: 'word' }] })],
      },
    }),
  },
  { id: 'crash-by-signal', run: taskRun({ taskSpec: { steps: [step('dies', 'kill -9 $$')] } }) },
];

/** PipelineRuns. */
const PIPELINE_PLAYS: Play[] = [
  {
    id: 'in-order',
    objects: [
      task('build', {
        params: [{ name: 'version' }],
        results: [{ name: 'image' }],
        steps: [step('build', result('image', 'shop:$(params.version)'))],
      }),
      pipeline('release', {
        params: [
          { name: 'version', type: 'string' },
          { name: 'tone', default: 'kind' },
        ],
        tasks: [
          { name: 'build', taskRef: { name: 'build' }, params: [{ name: 'version', value: '$(params.version)' }] },
          inline('deploy', 'echo $(tasks.build.results.image) $(params.tone)'),
          inline('last', 'exit 0', { runAfter: ['deploy'] }),
        ],
        finally: [inline('report', 'echo $(tasks.deploy.status) $(tasks.status)')],
        results: [{ name: 'image', value: '$(tasks.build.results.image)' }],
      }),
    ],
    run: pipelineRun({ pipelineRef: { name: 'release' }, params: [{ name: 'version', value: '1.0' }] }),
  },
  {
    id: 'when',
    objects: [task('listens', { params: [{ name: 'word' }], steps: [step('any', 'exit 0')] })],
    run: pipelineRun({
      params: [{ name: 'colour', value: 'blue' }],
      pipelineSpec: {
        params: [{ name: 'colour' }],
        tasks: [
          inline('asks', result('verdict', 'bad'), { results: [{ name: 'verdict' }] }),
          inline('if-good', result('any', 'x'), {
            results: [{ name: 'any' }],
            when: [{ input: '$(tasks.asks.results.verdict)', operator: 'in', values: ['good'] }],
          }),
          { name: 'needs-it', taskRef: { name: 'listens' }, params: [{ name: 'word', value: '$(tasks.if-good.results.any)' }] },
          inline('comes-after', 'exit 0', { runAfter: ['if-good'] }),
          inline('if-blue', 'exit 0', {
            runAfter: ['comes-after'],
            when: [{ input: '$(params.colour)', operator: 'notin', values: ['green'] }],
          }),
        ],
        finally: [
          inline('if-failed', 'exit 0', { when: [{ input: '$(tasks.status)', operator: 'in', values: ['Failed'] }] }),
          inline('if-completed', 'exit 0', { when: [{ input: '$(tasks.status)', operator: 'in', values: ['Completed'] }] }),
        ],
      },
    }),
  },
  {
    id: 'failing-task',
    run: pipelineRun({
      pipelineSpec: {
        tasks: [inline('fails', 'exit 1'), inline('next', 'exit 0', { runAfter: ['fails'] })],
        finally: [
          inline('if-failed', 'echo $(tasks.fails.status) $(tasks.fails.reason)', {
            when: [{ input: '$(tasks.status)', operator: 'in', values: ['Failed'] }],
          }),
        ],
      },
    }),
  },
  {
    id: 'failing-finally',
    run: pipelineRun({ pipelineSpec: { tasks: [inline('works', 'exit 0')], finally: [inline('fails', 'exit 1')] } }),
  },
  {
    id: 'tolerated-failure',
    run: pipelineRun({
      pipelineSpec: { tasks: [inline('fails', 'exit 1', { onError: 'continue' }), inline('next', 'exit 0', { runAfter: ['fails'] })] },
    }),
  },
  { id: 'retries', run: pipelineRun({ pipelineSpec: { tasks: [inline('fails', 'exit 1', { retries: 1 })] } }) },
  {
    id: 'tasks-timeout',
    run: pipelineRun({
      timeouts: { pipeline: '1m', tasks: '8s' },
      pipelineSpec: {
        tasks: [inline('slow', 'sleep 120'), inline('next', 'exit 0', { runAfter: ['slow'] })],
        finally: [inline('last', 'echo $(tasks.status)')],
      },
    }),
  },
  {
    id: 'pipeline-timeout',
    run: pipelineRun({
      timeouts: { pipeline: '8s' },
      pipelineSpec: { tasks: [inline('slow', 'sleep 120'), inline('next', 'exit 0', { runAfter: ['slow'] })] },
    }),
  },
  {
    id: 'timeout-of-a-task',
    run: pipelineRun({ pipelineSpec: { tasks: [inline('slow', 'sleep 120', { timeout: '6s' })], finally: [inline('last', 'exit 0')] } }),
  },
  ...(['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally'] as const).map((status): Play => {
    const seconds = status === 'StoppedRunFinally' ? 6 : 120;
    const tasks = [inline('slow', `sleep ${seconds}`), inline('next', 'exit 0', { runAfter: ['slow'] })];
    return {
      id: status.toLowerCase(),
      run: pipelineRun({ pipelineSpec: { tasks, finally: [inline('last', 'exit 0')] } }),
      meanwhile: whileATaskRuns({ status }),
    };
  }),
  {
    id: 'pending',
    run: pipelineRun({ status: 'PipelineRunPending', pipelineSpec: { tasks: [inline('works', 'exit 0')] } }),
    meanwhile: {
      when: (seen) => seen.run('PipelineRun', 'run')?.status?.conditions?.[0]?.reason === 'PipelineRunPending',
      spec: { status: null },
    },
  },
  { id: 'missing-pipeline', run: pipelineRun({ pipelineRef: { name: 'nowhere' } }) },
  {
    id: 'missing-task-of-pipeline',
    objects: [pipeline('broken', { tasks: [inline('works', 'exit 0'), { name: 'gone', taskRef: { name: 'nowhere' } }] })],
    run: pipelineRun({ pipelineRef: { name: 'broken' } }),
  },
  {
    id: 'missing-pipeline-param',
    objects: [pipeline('needs', { params: [{ name: 'version' }], tasks: [inline('says', 'echo $(params.version)')] })],
    run: pipelineRun({ pipelineRef: { name: 'needs' } }),
  },
  {
    id: 'missing-param-of-task',
    objects: [
      task('needs', { params: [{ name: 'version' }], steps: [step('any', 'exit 0')] }),
      pipeline('forgets', { tasks: [{ name: 'first', taskRef: { name: 'needs' } }] }),
    ],
    run: pipelineRun({ pipelineRef: { name: 'forgets' } }),
  },
  {
    id: 'missing-pipeline-workspace',
    objects: [
      task('needs', { workspaces: [{ name: 'source' }], steps: [step('any', 'exit 0')] }),
      pipeline('needs', {
        workspaces: [{ name: 'shared' }],
        tasks: [{ name: 'first', taskRef: { name: 'needs' }, workspaces: [{ name: 'source', workspace: 'shared' }] }],
      }),
    ],
    run: pipelineRun({ pipelineRef: { name: 'needs' } }),
  },
  {
    id: 'pipeline-workspaces',
    objects: [
      configMap('settings', { colour: 'green' }),
      task('reads', {
        workspaces: [{ name: 'input' }],
        results: [{ name: 'colour' }],
        steps: [step('read', 'cat $(workspaces.input.path)/colour > $(results.colour.path)')],
      }),
    ],
    run: pipelineRun({
      workspaces: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'scratch', emptyDir: {} },
      ],
      pipelineSpec: {
        workspaces: [{ name: 'settings' }, { name: 'scratch' }],
        results: [{ name: 'colour', value: '$(tasks.read.results.colour)' }],
        tasks: [
          { name: 'read', taskRef: { name: 'reads' }, workspaces: [{ name: 'input', workspace: 'settings' }] },
          inline('write', 'date > $(workspaces.scratch.path)/now', {
            runAfter: ['read'],
            workspaces: [{ name: 'scratch', workspace: 'scratch' }],
          }),
        ],
      },
    }),
  },
  {
    id: 'missing-result-of-task',
    run: pipelineRun({
      pipelineSpec: {
        tasks: [
          inline('says-nothing', 'exit 0', { results: [{ name: 'word' }] }),
          inline('listens', 'echo $(tasks.says-nothing.results.word)'),
        ],
        finally: [inline('last', 'exit 0')],
      },
    }),
  },
  {
    id: 'result-nobody-declares',
    objects: [
      task('says', { steps: [step('any', 'exit 0')] }),
      task('listens', { params: [{ name: 'word' }], steps: [step('any', 'exit 0')] }),
    ],
    run: pipelineRun({
      pipelineSpec: {
        tasks: [
          { name: 'says', taskRef: { name: 'says' } },
          { name: 'listens', taskRef: { name: 'listens' }, params: [{ name: 'word', value: '$(tasks.says.results.word)' }] },
        ],
      },
    }),
  },
];

export const PLAYS: readonly Play[] = [...TASK_PLAYS, ...PIPELINE_PLAYS];

/** Objects that the webhooks look at, most of them to refuse. */
export const ASKED: Readonly<Record<string, KubeObject>> = {
  'a task that is well': task('t', { steps: [step('any', 'exit 0')] }),
  'a task without steps': task('t', {}),
  'a step without an image': task('t', { steps: [{ script: 'x' }] }),
  'steps of one name': task('t', { steps: [step('a', 'x'), step('a', 'x')] }),
  'a script and a command': task('t', { steps: [step('a', 'x', { command: ['y'] })] }),
  'a param that is not declared': task('t', { steps: [step('a', 'echo $(params.x)')] }),
  'two params of one name': task('t', { params: [{ name: 'x' }, { name: 'x' }], steps: [step('a', 'x')] }),
  'a workspace that is not declared': task('t', { steps: [step('a', 'cat $(workspaces.x.path)/y')] }),
  'a bad value of onError': task('t', { steps: [step('a', 'x', { onError: 'ignore' as 'continue' })] }),
  'a default of the wrong type': task('t', { params: [{ name: 'x', type: 'array', default: 'y' }], steps: [step('a', 'x')] }),
  'a pipeline without tasks': pipeline('p', {}),
  'a task of a pipeline without a reference': pipeline('p', { tasks: [{ name: 'a' }] }),
  'tasks of one name': pipeline('p', { tasks: [inline('a', 'x'), inline('a', 'x')] }),
  'tasks that wait for each other': pipeline('p', {
    tasks: [inline('a', 'x', { runAfter: ['b'] }), inline('b', 'x', { runAfter: ['a'] })],
  }),
  'a task that waits for nobody': pipeline('p', { tasks: [inline('a', 'x', { runAfter: ['b'] })] }),
  'a final task that waits': pipeline('p', { tasks: [inline('a', 'x')], finally: [inline('b', 'x', { runAfter: ['a'] })] }),
  'a pipeline with a param that is not declared': pipeline('p', {
    tasks: [{ name: 'a', taskRef: { name: 't' }, params: [{ name: 'x', value: '$(params.y)' }] }],
  }),
  'a condition with an unknown operator': pipeline('p', {
    tasks: [inline('a', 'x', { when: [{ input: 'a', operator: 'is' as 'in', values: ['a'] }] })],
  }),
  'a workspace that the pipeline lacks': pipeline('p', {
    tasks: [{ name: 'a', taskRef: { name: 't' }, workspaces: [{ name: 'x', workspace: 'y' }] }],
  }),
  'a result of a task that is not there': pipeline('p', {
    tasks: [inline('a', 'x')],
    results: [{ name: 'r', value: '$(tasks.b.results.x)' }],
  }),
  'a run of nothing': taskRun({}),
  'a run of two things': taskRun({ taskRef: { name: 't' }, taskSpec: { steps: [step('a', 'x')] } }),
  'a run with an unknown status': taskRun({ taskRef: { name: 't' }, status: 'Stopped' }),
  'a pipeline run of nothing': pipelineRun({}),
  'timeouts that do not add up': pipelineRun({ pipelineRef: { name: 'p' }, timeouts: { pipeline: '1m', tasks: '2m' } }),
  'a pipeline run with an unknown status': pipelineRun({ pipelineRef: { name: 'p' }, status: 'Stopped' }),
};
