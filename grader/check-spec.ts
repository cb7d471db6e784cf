import type { Caller, DrillFault, DrillStep } from './ports.ts';

/** One check of a scenario: what it is worth, why it matters, and exactly one of the kinds. */
export interface CheckSpec {
  /** kebab-case, stable. */
  id: string;
  title: string;
  points: number;
  /** Why this matters in production; shown when the check fails. */
  why: string;
  /** What is expected, as one sentence for the learner. */
  expected: string;
  resource?: ResourceSpec;
  absent?: AbsentSpec;
  timeline?: TimelineSpec;
  drill?: DrillSpec;
}

/** A partial object that must be there. */
export interface ResourceSpec {
  /** How long to wait for it, such as `5s`; without it the check looks once. */
  within?: string;
  /** GroupResource. */
  resource: string;
  namespace?: string;
  name: string;
  /**
   * Fields that must have these values; lists of named items are matched by name; `$oneOf`, `$matches`, `$not` and `$exists` stand for
   * values, and `$says` beside one of them tells people which.
   */
  match: Record<string, unknown>;
}

/** An object that must not be there; with `match`, no object that matches may be. */
export interface AbsentSpec {
  within?: string;
  resource: string;
  namespace?: string;
  name?: string;
  match?: Record<string, unknown>;
  /** Something that shows that the lab is at work at all, without which absence proves nothing. */
  given: ResourceSpec;
}

/** The order of events in the journal since the scenario was planted. */
export interface TimelineSpec {
  /** Events by name, each a pattern that journal entries are held against. */
  events: Record<string, EventPattern>;
  expect: TimelineExpectation[];
}

/** A kind of event; exactly one key beside `says` and `by`. */
export interface EventPattern {
  /** The event in words, such as `production went back to an earlier revision`. */
  says: string;
  /** A Service began to select another ReplicaSet's pods. */
  switch?: {
    service: string;
    namespace: string;
    toImage?: string[];
    /** Whether that ReplicaSet existed when the scenario was planted. */ toEarlierRevision?: boolean;
  };
  /** A Service was left without a ready endpoint. */
  noEndpoints?: { service: string; namespace: string };
  /** An object was written, optionally only writes that change one of these fields. */
  write?: { resource: string; namespace?: string; name?: string; verbs?: string[]; changes?: string[] };
  /** A Rollout entered a phase. */
  phase?: { rollout: string; namespace: string; is: string[] };
  /** An AnalysisRun of a Rollout ended in a phase; as `Successful` only if it had measured and nobody cut it short. */
  analysis?: { rollout: string; namespace: string; ended: string[] };
  /** Programs that did it, or, with a leading `!`, must not have; such as `rollouts-controller`. */
  by?: string[];
}

/** One statement about named events; exactly one key. */
export interface TimelineExpectation {
  happens?: string;
  never?: string;
  before?: [string, string];
  /** The second follows the first within a time such as `30s`. */
  within?: { from: string; to: string; time: string };
}

export interface DrillSpec {
  production: { namespace: string; service: string };
  /** Each variant is a drill of its own on a fresh copy, with these faults from the beginning. */
  variants?: { name: string; faults: DrillFault[] }[];
  steps: DrillStep[];
  expect: DrillExpectation[];
}

/** One statement about what happened in a drill; exactly one key. */
export interface DrillExpectation {
  /** None of these images answered a customer, not once. */
  neverServed?: { images: string[] };
  /** The image answers customers at the end, and nothing else does. */
  servesAtEnd?: { images: string[] };
  /** These images served customers one after the other, in this order; others may have served in between. */
  serveInTurn?: { images: string[] };
  /** Every customer got an answer below 500, all the time. */
  alwaysAnswered?: true;
  /** Customers reached the image only after an AnalysisRun for its pods had measured and succeeded. */
  gated?: { rollout: string; images: string[] };
  /** None of these pages was there for a visitor of production, not once: no answer below 400. */
  neverFound?: { paths: string[] };
  /** Requests whose `METHOD target` matches reached at least one pod of the image while it was idle, and never a pod that served customers. */
  onlyIdle?: { matching: string; images: string[] };
  /** Idle pods of these images came up, and none of the callers reached one, by no way. A pod that customers are sent to is not idle. */
  keptOut?: { callers: Caller[]; images: string[] };
  /** Each of the callers got an answer from an idle pod of these images. */
  letIn?: { callers: Caller[]; images: string[] };
  /** Pods of the one images reached pods of the other ones while they served customers, and never while they didn't. */
  onlyActive?: { from: string[]; to: string[] };
  /** The declared image of the Rollout at the end. */
  declares?: { rollout: string; container: string; images: string[] };
  /** An object is like this at the end. */
  endsAs?: { resource: string; namespace?: string; name: string; match: Record<string, unknown> };
  /** No pod of these images is left at the end. */
  notRunning?: { images: string[] };
  /** An AnalysisRun for pods of the image ended otherwise than Successful, and says why. */
  turnedDown?: { rollout: string; images: string[] };
  /** For each image something is left that says what became of it. */
  recorded?: RecordedExpectation;
  /** Requests whose `METHOD target` matches never reached a pod that served customers. */
  sparesProduction?: { matching: string };
  /**
   * Requests whose `METHOD target` matches, of anybody but customers, reached pods that served customers: at least one, all between
   * these times of day, and never more than so many within a span of time.
   */
  scansProduction?: {
    matching: string;
    between?: { from: string; to: string; timeZone: string };
    atMost?: { requests: number; within: string };
  };
}

/** What has to be on record about releases at the end of a drill. `{{image}}` and `{{hash}}` stand for the release, wherever they occur. */
export interface RecordedExpectation {
  images: string[];
  /** GroupResource of the records. */
  resource: string;
  /** A partial object: how one tells a record of the release. */
  about: Record<string, unknown>;
  /** A partial object: what the newest one says. */
  says: Record<string, unknown>;
  /** A release that customers never met needs none. */
  ifServed?: true;
}
