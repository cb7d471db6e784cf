/** Any Kubernetes object, as JSON. */
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
  };
  [field: string]: unknown;
}

/** The learner's cluster, read only. Resources are named by GroupResource: `pods`, `rollouts.argoproj.io`. */
export interface ClusterReader {
  /** Undefined when there is no such object; rejects when the cluster could not be asked. */
  get(resource: string, namespace: string | undefined, name: string): Promise<ClusterObject | undefined>;
  /** Objects in the order of namespace and name; of all namespaces when none is given. */
  list(resource: string, namespace?: string): Promise<ClusterObject[]>;
}

/** One write to the cluster, as its audit log has it. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  atMs: number;
  /** The user on whose behalf it was done (the impersonated one, if any). */
  user: string;
  /** The program: the User-Agent up to its first slash. */
  program: string;
  verb: 'create' | 'update' | 'patch' | 'delete';
  /** GroupResource. */
  resource: string;
  namespace?: string;
  name: string;
  uid?: string;
  subresource?: string;
  /** Absent for a creation, and when the journal does not reach back far enough. */
  before?: ClusterObject;
  /** Absent for a deletion. */
  after?: ClusterObject;
}

/** A stretch of time about which the journal knows nothing. */
export interface JournalGap {
  fromMs: number;
  toMs: number;
  reason: string;
}

export interface JournalExtract {
  /** When the scenario was ready for the learner, in milliseconds since the epoch. */
  sinceMs: number;
  /** Oldest first; none from before `sinceMs`. */
  entries: JournalEntry[];
  gaps: JournalGap[];
}

/** What was written to the learner's cluster since its scenario was planted. */
export interface Journal {
  read(): Promise<JournalExtract>;
}

/** Carries out a drill on a copy of the learner's cluster. */
export interface Drills {
  run(plan: DrillPlan): Promise<DrillRecord>;
}

/** What a drill does, in order, and what it watches meanwhile. */
export interface DrillPlan {
  /** The Service whose answers count as production. */
  production: ServiceName;
  /** Broken from the beginning to the end. */
  faults: DrillFault[];
  steps: DrillStep[];
  /** Pages, such as `/debug/vars`, that a visitor of production asks for all the time. */
  visits?: string[];
  /** Who tries all the time to reach pods of production's namespace, by every way that there is for them. */
  callers?: Caller[];
}

/** Somebody outside the cluster, who can only come in by what is open to the world; or a pod like this, which tries each Service and each pod. */
export type Caller = 'outside' | { namespace: string; labels: Record<string, string> };

export interface ServiceName {
  namespace: string;
  name: string;
}

/** One act; with `as` it is done on behalf of that user, such as `system:serviceaccount:lab:deployer`, as far as their rights go. */
export type DrillStep = { as?: string } & DrillAct;

/** Exactly one key. */
export type DrillAct =
  /** Sets a Rollout's image, as a pipeline would. */
  | { release: { rollout: string; container: string; image: string } }
  /** Lets time pass until the Rollout is at rest: Healthy, Degraded, or Paused with nothing running. */
  | {
      settle: {
        rollout: string;
        within: string;
        /** Whether the operator promotes when a release waits for a person. */ promotes?: boolean;
      };
    }
  | { elapse: string }
  /** Lets time pass until clocks in a time zone such as `Europe/Berlin` show a time of day such as `02:50`. */
  | { until: { time: string; timeZone: string } }
  | { rollout: { name: string; action: RolloutAction; toRevision?: number } }
  /** Deletes every pod that the Service selects. */
  | { deletePods: { behind: string } }
  | { break: DrillFault }
  /** Takes back what `break` broke. */
  | { mend: true }
  /** Changes, in place, what is in each ConfigMap that the Rollout's pod template refers to, and creates those that are not there. */
  | { reconfigure: { rollout: string; data: Record<string, string> } }
  /** Sets variables of a container in the Rollout's pod template, as `kubectl set env` does. */
  | { setEnv: { rollout: string; container: string; env: Record<string, string> } }
  /** Creates an object, such as the run of a pipeline. */
  | { create: Record<string, unknown> }
  /** Lets time pass until an object matches, or the time is over. */
  | { await: ObjectName & { match: Record<string, unknown>; within: string } }
  | { patch: { target: ObjectName | ObjectsLike; merge: Record<string, unknown>; subresource?: string; as?: string } }
  | { delete: { target: ObjectName; as?: string } }
  /** Commits to the copy of the repository that an Application of the GitOps agent follows: a release, as a pipeline would. */
  | { commit: { application: string; release: { rollout: string; container: string; image: string } } }
  /** Takes the newest commit back with another one. */
  | { revert: { application: string } }
  /** Somebody tries to make ConfigMaps with these labels say something else. */
  | { forge: Forgery };

/** `change` patches each of the objects, `delete` deletes it, `copy` puts a changed copy beside it; in this order. */
export interface Forgery {
  labels: Record<string, string>;
  data: Record<string, string>;
  ways: ('change' | 'delete' | 'copy')[];
}

export type RolloutAction = 'promote' | 'promote-full' | 'abort' | 'retry' | 'undo' | 'pause' | 'restart';

export interface ObjectName {
  resource: string;
  namespace?: string;
  name: string;
}

/** Every object that is like this at that moment, for objects whose names the cluster makes up. */
export interface ObjectsLike {
  resource: string;
  namespace?: string;
  match: Record<string, unknown>;
}

/** Something that stops working; exactly one key. */
export type DrillFault =
  /** No node can pull images whose reference matches (a regular expression). */
  | { unpullable: string }
  /** A program exits at once with this code, saying so on standard error. */
  | { crash: { command: string; code: number } }
  /** A program never ends by itself. */
  | { hang: { command: string } }
  /** Pods other than the app's own get no answer from the pods behind the Service: the connection is refused. */
  | { unreachable: { service: string } }
  /** A changed Service selector takes this long to reach clients. */
  | { slowEndpoints: string };

/** What happened in a drill. */
export interface DrillRecord {
  startedAtMs: number;
  endedAtMs: number;
  /** What a customer of the production Service saw; sampled every second and whenever routing changed. */
  answers: CustomerAnswer[];
  /** What the visitor of production got; absent when the plan names no pages. */
  visits?: PageVisit[];
  /** How the callers fared; absent when the plan names none, or when nobody could be sent. */
  calls?: CallRecord;
  /** Requests of everyone else that reached a pod. */
  requests: PodRequest[];
  journal: JournalEntry[];
  /** The copy as it was when the drill began, and as it is at its end. */
  before: ClusterReader;
  after: ClusterReader;
  /** What the drill did, in words, with its time. */
  acts: { atMs: number; what: string }[];
  /** What a container needed and the sandbox does not model; a verdict that rests on such a container is none. */
  notSimulated: { pod: string; container: string; message: string }[];
}

export interface CustomerAnswer {
  atMs: number;
  /** HTTP status, or the error code such as ECONNREFUSED. */
  outcome: number | string;
  /** The pod that answered. */
  pod?: AnsweringPod;
}

/** A page that a visitor of production asked for. */
export interface PageVisit extends CustomerAnswer {
  path: string;
}

/** What came of the plan's callers. */
export interface CallRecord {
  /** Calls that reached a pod. */
  reached: Call[];
  /** Ready pods that served no customers when somebody called. */
  idlePods: AnsweringPod[];
}

/** A call that reached a pod. */
export interface Call extends CustomerAnswer {
  caller: Caller;
  url: string;
  pod: AnsweringPod;
  /** Whether the production Service sent customers to this pod at that moment. */
  servedCustomers: boolean;
}

export interface AnsweringPod {
  name: string;
  image: string;
  /** Label rollouts-pod-template-hash. */
  podTemplateHash?: string;
}

export interface PodRequest {
  atMs: number;
  /** Name of the pod that asked, or who it was otherwise: `kubelet`, `controller`. */
  from: string;
  method: string;
  /** Path and query. */
  target: string;
  userAgent: string;
  outcome: number | string;
  pod: AnsweringPod;
  /** Whether the production Service sent customers to this pod at that moment. */
  servedCustomers: boolean;
  /** The pod that asked, if it was one, and whether it served customers itself. */
  sender?: AnsweringPod & { servedCustomers: boolean };
}
