/** A parsed expression. */
export type Node =
  | { type: 'nil' }
  | { type: 'bool'; value: boolean }
  | { type: 'integer'; value: bigint }
  | { type: 'float'; value: number }
  | { type: 'string'; value: string }
  | { type: 'identifier'; name: string }
  /** The element of the innermost closure, or one of its variables. */
  | { type: 'pointer'; name: string }
  | { type: 'unary'; operator: string; operand: Node }
  /** `isWhole` marks a comparison of what can only be whole numbers. */
  | { type: 'binary'; operator: string; left: Node; right: Node; isWhole?: boolean }
  /** Where an optional access inside ends when it meets nil. */
  | { type: 'chain'; inner: Node }
  | { type: 'member'; base: Node; property: Node; isOptional: boolean; isMethod: boolean }
  | { type: 'slice'; base: Node; from: Node | undefined; to: Node | undefined }
  | { type: 'call'; callee: Node; args: Node[] }
  | { type: 'builtin'; name: string; args: Node[] }
  | { type: 'predicate'; body: Node }
  | { type: 'let'; name: string; value: Node; body: Node }
  | { type: 'sequence'; nodes: Node[] }
  | { type: 'conditional'; condition: Node; then: Node; otherwise: Node }
  | { type: 'array'; items: Node[] }
  | { type: 'map'; pairs: { key: Node; value: Node }[] };
