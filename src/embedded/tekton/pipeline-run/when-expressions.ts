import type { WhenExpression } from '../types.ts';

/** Whether every condition holds; expressions in CEL are not modelled and never hold. Models pkg/apis/pipeline/v1/when_types.go. */
export function allowsExecution(when: readonly WhenExpression[] = []): boolean {
  return when.every(({ input = '', operator, values = [], cel }) => {
    if (cel) return false;
    return operator === 'in' ? values.includes(input) : !values.includes(input);
  });
}
