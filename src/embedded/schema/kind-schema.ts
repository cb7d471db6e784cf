import type { KubeObject, StatusCause } from '../../kube/types/meta.ts';
import type { StructType } from './value-type.ts';
import type { ValueShape } from './value-shape.ts';

/** What reading a client's object against its schema brings to light. */
export interface DecodedObject {
  /** The object without the fields that its schema does not know. */
  object: KubeObject;
  /** Paths of the fields that were dropped, such as `spec.template.spec.containers[0].imagePullPolcy`. */
  unknownFields: string[];
}

/** The schema of one kind in one version, with everything the API server derives from it. */
export interface KindSchema {
  /**
   * Drops unknown fields (structural pruning). For built-in kinds a value of the wrong type is refused as the real server's
   * JSON decoder does: throws ApiError 400 `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal …`.
   */
  decode(object: KubeObject): DecodedObject;
  /** Fills in the schema's defaults, in place. */
  applyDefaults(object: KubeObject): void;
  /** Checks types, required fields, enums, patterns, bounds and CEL rules; every violation as a cause with its field path. */
  validate(object: KubeObject, previous?: KubeObject): StatusCause[];
  /** How fields are owned and merged: for server-side apply and managedFields. */
  readonly shape: ValueShape;
  /** The type behind a built-in kind: for strategic merge patches. Custom kinds have none. */
  readonly type?: StructType;
  /** The object as it is before anything was set, which a creation is compared with. */
  emptyObject(): KubeObject;
}
