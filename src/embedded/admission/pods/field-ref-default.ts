/** A reference to a field of the pod speaks of API version v1 unless it says otherwise. */
export function defaultFieldRef(fieldRef: { fieldPath: string; apiVersion?: string }): void {
  fieldRef.apiVersion ||= 'v1';
}
