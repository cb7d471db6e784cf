import Type, { type Static, type TObject, type TSchema } from 'typebox';

/** The one source of the file formats: the types below, and the JSON Schemas in docs/schema/ that editors and the loader use. */

const Id = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'kebab-case' });
const Duration = Type.String({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', description: 'a duration such as 30s, 5m or 1h30m' });
const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'a time of day such as 02:50' });
const Path = Type.String({
  pattern: '^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$',
  description: 'a path in its folder, such as base/rollout.yaml',
});
const RegularExpression = Type.String({ minLength: 1, description: 'a regular expression' });
const Fields = Type.Record(Type.String(), Type.Unknown());
const Closed = { additionalProperties: false } as const;

/** An object with exactly one of the given keys. */
function oneOf<T extends Record<string, TSchema>>(alternatives: T) {
  return oneOfBeside({}, alternatives);
}

/**
 * An object with exactly one of the alternatives' keys beside the common ones. Why: said with `required` instead of a union of
 * objects, so that a mistake inside an alternative is reported where it is.
 */
function oneOfBeside<C extends Record<string, TSchema>, T extends Record<string, TSchema>>(common: C, alternatives: T) {
  const required = Object.keys(common).filter((key) => !Type.IsOptional(common[key]!));
  return Type.Unsafe<Static<TObject<C>> & { [K in keyof T]: { [P in K]: Static<T[K]> } }[keyof T]>({
    type: 'object',
    properties: { ...common, ...alternatives },
    ...(required.length > 0 && { required }),
    oneOf: Object.keys(alternatives).map((key) => ({ required: [key] })),
    additionalProperties: false,
  });
}

const ObjectName = Type.Object({ resource: Type.String(), namespace: Type.Optional(Id), name: Type.String() }, Closed);

const ResourceMatch = Type.Object(
  {
    within: Type.Optional(Duration),
    resource: Type.String({ description: 'GroupResource, such as rollouts.argoproj.io' }),
    namespace: Type.Optional(Id),
    name: Type.String(),
    match: Fields,
  },
  Closed,
);

const Absent = Type.Object(
  {
    within: Type.Optional(Duration),
    resource: Type.String(),
    namespace: Type.Optional(Id),
    name: Type.Optional(Type.String()),
    match: Type.Optional(Fields),
    given: ResourceMatch,
  },
  Closed,
);

const Strings = Type.Array(Type.String(), { minItems: 1 });

const EventPattern = oneOfBeside(
  { says: Type.String({ minLength: 1 }), by: Type.Optional(Strings) },
  {
    switch: Type.Object(
      { service: Type.String(), namespace: Id, toImage: Type.Optional(Strings), toEarlierRevision: Type.Optional(Type.Boolean()) },
      Closed,
    ),
    noEndpoints: Type.Object({ service: Type.String(), namespace: Id }, Closed),
    write: Type.Object(
      {
        resource: Type.String(),
        namespace: Type.Optional(Id),
        name: Type.Optional(Type.String()),
        verbs: Type.Optional(Strings),
        changes: Type.Optional(Strings),
      },
      Closed,
    ),
    phase: Type.Object({ rollout: Type.String(), namespace: Id, is: Strings }, Closed),
    analysis: Type.Object({ rollout: Type.String(), namespace: Id, ended: Strings }, Closed),
  },
);

const Timeline = Type.Object(
  {
    events: Type.Record(Type.String(), EventPattern),
    expect: Type.Array(
      oneOf({
        happens: Type.String(),
        never: Type.String(),
        before: Type.Unsafe<[string, string]>(Type.Array(Type.String(), { minItems: 2, maxItems: 2 })),
        within: Type.Object({ from: Type.String(), to: Type.String(), time: Duration }, Closed),
      }),
      { minItems: 1 },
    ),
  },
  Closed,
);

const DrillFault = oneOf({
  unpullable: RegularExpression,
  crash: Type.Object({ command: Type.String(), code: Type.Integer() }, Closed),
  hang: Type.Object({ command: Type.String() }, Closed),
  unreachable: Type.Object({ service: Type.String() }, Closed),
  slowEndpoints: Duration,
});

const RolloutAct = Type.Object(
  {
    name: Type.String(),
    action: Type.Enum(['promote', 'promote-full', 'abort', 'retry', 'undo', 'pause', 'restart']),
    toRevision: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  Closed,
);
const Release = Type.Object({ rollout: Type.String(), container: Type.String(), image: Type.String() }, Closed);
const MergePatch = Type.Object(
  { target: ObjectName, merge: Fields, subresource: Type.Optional(Type.String()), as: Type.Optional(Type.String()) },
  Closed,
);
const Deletion = Type.Object({ target: ObjectName, as: Type.Optional(Type.String()) }, Closed);

/** An object by its name or, where the cluster makes up the name, whatever is like this. */
const Target = oneOfBeside({ resource: Type.String(), namespace: Type.Optional(Id) }, { name: Type.String(), match: Fields });
const DrillPatch = Type.Object({ ...MergePatch.properties, target: Target }, Closed);

const DrillActs = {
  release: Release,
  settle: Type.Object({ rollout: Type.String(), within: Duration, promotes: Type.Optional(Type.Boolean()) }, Closed),
  elapse: Duration,
  until: Type.Object({ time: TimeOfDay, timeZone: Type.String({ minLength: 1 }) }, Closed),
  rollout: RolloutAct,
  deletePods: Type.Object({ behind: Type.String() }, Closed),
  break: DrillFault,
  mend: Type.Literal(true),
  reconfigure: Type.Object({ rollout: Type.String(), data: Type.Record(Type.String(), Type.String()) }, Closed),
  setEnv: Type.Object({ rollout: Type.String(), container: Type.String(), env: Type.Record(Type.String(), Type.String()) }, Closed),
  create: Fields,
  await: Type.Object(
    { resource: Type.String(), namespace: Type.Optional(Id), name: Type.String(), match: Fields, within: Duration },
    Closed,
  ),
  patch: DrillPatch,
  delete: Deletion,
  forge: Type.Object(
    {
      labels: Type.Record(Type.String(), Type.String()),
      data: Type.Record(Type.String(), Type.String()),
      ways: Type.Array(Type.Enum(['change', 'delete', 'copy']), { minItems: 1 }),
    },
    Closed,
  ),
  commit: Type.Object({ application: Type.String(), release: Release }, Closed),
  revert: Type.Object({ application: Type.String() }, Closed),
};
const DrillStep = oneOfBeside(
  { as: Type.Optional(Type.String({ minLength: 1, description: 'the user on whose behalf, such as system:serviceaccount:lab:deployer' })) },
  DrillActs,
);

const Caller = Type.Union([
  Type.Literal('outside', { description: 'somebody outside the cluster' }),
  Type.Object({ namespace: Id, labels: Type.Record(Type.String(), Type.String()) }, { ...Closed, description: 'a pod like this' }),
]);
const Call = Type.Object({ callers: Type.Array(Caller, { minItems: 1 }), images: Strings }, Closed);

const Images = Type.Object({ images: Strings }, Closed);

const Drill = Type.Object(
  {
    production: Type.Object({ namespace: Id, service: Type.String() }, Closed),
    variants: Type.Optional(Type.Array(Type.Object({ name: Type.String(), faults: Type.Array(DrillFault) }, Closed), { minItems: 1 })),
    steps: Type.Array(DrillStep, { minItems: 1 }),
    expect: Type.Array(
      oneOf({
        neverServed: Images,
        servesAtEnd: Images,
        serveInTurn: Images,
        alwaysAnswered: Type.Literal(true),
        neverFound: Type.Object({ paths: Strings }, Closed),
        gated: Type.Object({ rollout: Type.String(), images: Strings }, Closed),
        onlyIdle: Type.Object({ matching: RegularExpression, images: Strings }, Closed),
        keptOut: Call,
        letIn: Call,
        onlyActive: Type.Object({ from: Strings, to: Strings }, Closed),
        declares: Type.Object({ rollout: Type.String(), container: Type.String(), images: Strings }, Closed),
        turnedDown: Type.Object({ rollout: Type.String(), images: Strings }, Closed),
        recorded: Type.Object(
          { images: Strings, resource: Type.String(), about: Fields, says: Fields, ifServed: Type.Optional(Type.Literal(true)) },
          Closed,
        ),
        endsAs: Type.Object({ resource: Type.String(), namespace: Type.Optional(Id), name: Type.String(), match: Fields }, Closed),
        notRunning: Images,
        sparesProduction: Type.Object({ matching: RegularExpression }, Closed),
        scansProduction: Type.Object(
          {
            matching: RegularExpression,
            between: Type.Optional(Type.Object({ from: TimeOfDay, to: TimeOfDay, timeZone: Type.String({ minLength: 1 }) }, Closed)),
            atMost: Type.Optional(Type.Object({ requests: Type.Integer({ minimum: 1 }), within: Duration }, Closed)),
          },
          Closed,
        ),
      }),
      { minItems: 1 },
    ),
  },
  Closed,
);

/** What the cluster itself answers at once. */
const QUESTIONS = { resource: ResourceMatch, absent: Absent, timeline: Timeline };

const Check = oneOfBeside(
  {
    id: Id,
    title: Type.String({ minLength: 1 }),
    points: Type.Integer({ minimum: 1, maximum: 100 }),
    why: Type.String({ minLength: 1 }),
    expected: Type.String({ minLength: 1 }),
  },
  { ...QUESTIONS, drill: Drill },
);

const State = oneOfBeside({ id: Id }, QUESTIONS);

/** Steps that bring a scenario up, from an empty namespace to the incident. */
const PlantStep = oneOf({
  apply: Type.Array(Path, { minItems: 1 }),
  /** Waits until the object matches. */
  wait: Type.Object({ ...ResourceMatch.properties, within: Duration }, Closed),
  release: Release,
  /** What somebody changed by hand before the learner came. */
  patch: MergePatch,
  /** Lets lab time pass where that costs nothing; skipped on a real cluster. */
  elapse: Duration,
  /** Commits to the scenario's repository: files of base/ as they are there, or a release. */
  commit: oneOfBeside({ message: Type.String({ minLength: 1 }) }, { files: Type.Array(Path, { minItems: 1 }), release: Release }),
  /** Applies a fault's patch to the object as it is in the cluster by now, or commits it where its file is in the repository. */
  plant: Id,
});

const Fault = Type.Object(
  {
    id: Id,
    title: Type.String({ minLength: 1 }),
    teaches: Type.String({ minLength: 1 }),
    /** The patch: a partial object that is merged in; absent for `delete`. */
    file: Type.Optional(Path),
    /** The base file whose object it changes. */
    target: Path,
    patch: Type.Enum(['merge', 'delete']),
    /** The message of the commit that brings it into the repository; its title unless given. */
    message: Type.Optional(Type.String({ minLength: 1 })),
    caughtBy: Type.Array(Id, { minItems: 1 }),
  },
  Closed,
);

export const ScenarioSchema = Type.Object(
  {
    apiVersion: Type.Literal('lab/v1'),
    kind: Type.Literal('Scenario'),
    metadata: Type.Object({ name: Id, title: Type.String({ minLength: 1 }) }, Closed),
    spec: Type.Object(
      {
        level: Type.Enum(['beginner', 'intermediate', 'advanced']),
        minutes: Type.Integer({ minimum: 5, maximum: 120 }),
        topics: Type.Array(Id, { minItems: 1 }),
        story: Type.String({ minLength: 1 }),
        backends: Type.Array(Type.Enum(['embedded', 'kind', 'context']), { minItems: 1 }),
        needs: Type.Array(Id),
        namespace: Id,
        /** What `lab status` and `lab release` are about. */
        production: Type.Object(
          {
            rollout: Type.String(),
            container: Type.String(),
            image: Type.String(),
            activeService: Type.String(),
            previewService: Type.String(),
          },
          Closed,
        ),
        /** A Git repository that an Application of the GitOps agent follows; the learner gets it, and a clone of it. */
        repository: Type.Optional(
          Type.Object(
            {
              /** Such as shop.git. */
              name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*\\.git$' }),
              application: Type.String(),
              author: Type.String({ pattern: '^[^<>]+ <[^<>]+>$', description: 'name <mail>' }),
              /** Files of base/ that are in it, under their last names. */
              files: Type.Array(Path, { minItems: 1 }),
            },
            Closed,
          ),
        ),
        /** Files of base/ that the learner gets to edit, with the faults in them. */
        workspace: Type.Array(Path, { minItems: 1 }),
        steps: Type.Array(PlantStep, { minItems: 1 }),
        faults: Type.Array(Fault, { minItems: 1 }),
        /** Points that each hint of labs/<name>/hints.md costs, in order; a challenge has none. */
        hints: Type.Array(Type.Object({ cost: Type.Integer({ minimum: 0, maximum: 50 }) }, Closed)),
        /** What hints ask beside the checks, of the cluster as it is and for no points. */
        states: Type.Optional(Type.Array(State, { minItems: 1 })),
        checks: Type.Array(Check, { minItems: 1 }),
      },
      Closed,
    ),
  },
  { ...Closed, $id: 'scenario.schema.json', title: 'Scenario' },
);

const Removal = Type.Object({ target: Target, as: Type.Optional(Type.String()) }, Closed);

/** One act of a repair, which `lab dev solve` prints as the command a learner would type; exactly one key. */
const RepairStep = oneOfBeside(
  { why: Type.Optional(Type.String()) },
  {
    /** Files of the solution's folder, put into the workspace and applied. */
    apply: Type.Array(Path, { minItems: 1 }),
    release: Type.String({ description: 'a release, as lab release takes it' }),
    rollout: RolloutAct,
    patch: MergePatch,
    delete: Removal,
    /** Commits files of the solution's folder to the repository, and takes others away. */
    commit: Type.Object(
      { message: Type.String({ minLength: 1 }), files: Type.Optional(Type.Array(Path)), remove: Type.Optional(Type.Array(Path)) },
      Closed,
    ),
    /** Takes back what the newest commit with this message has changed, with another commit. */
    revert: Type.String({ minLength: 1 }),
    wait: Type.Object({ ...ResourceMatch.properties, within: Duration }, Closed),
  },
);

export const SolutionSchema = Type.Object(
  {
    apiVersion: Type.Literal('lab/v1'),
    kind: Type.Literal('Solution'),
    metadata: Type.Object({ name: Id, title: Type.String({ minLength: 1 }) }, Closed),
    spec: Type.Object(
      {
        /** What a person who tries this has in mind; for a wrong repair, why it is tempting and where it fails. */
        idea: Type.String({ minLength: 1 }),
        steps: Type.Array(RepairStep, { minItems: 1 }),
        /** Checks that fail after this repair; exactly these. Absent for a right one, be it the reference repair or another. */
        mustFail: Type.Optional(Type.Array(Id, { minItems: 1 })),
      },
      Closed,
    ),
  },
  { ...Closed, $id: 'solution.schema.json', title: 'Solution' },
);

export type Scenario = Static<typeof ScenarioSchema>;
export type PlantStep = Static<typeof PlantStep>;
export type Fault = Static<typeof Fault>;
export type Check = Static<typeof Check>;
export type State = Static<typeof State>;
export type Solution = Static<typeof SolutionSchema>;
export type RepairStep = Solution['spec']['steps'][number];
