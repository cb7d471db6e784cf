import type { AnalysisPhase, Metric } from '../../../kube/types/rollouts.ts';
import { evaluateCondition } from './expressions/condition.ts';
import { ExpressionError } from './expressions/expression-error.ts';
import { isList, type Value } from './expressions/values.ts';
import { AnalysisProblem } from './analysis-problem.ts';

/**
 * What a result means by the conditions of its metric: without any it is Successful, failureCondition comes first, and a result that
 * neither condition claims is Inconclusive. Throws an AnalysisProblem for a condition that cannot be evaluated. Models utils/evaluate EvaluateResult.
 */
export function evaluateResult(result: Value, { successCondition = '', failureCondition = '' }: Metric): AnalysisPhase {
  const hasSucceeded = successCondition !== '' && holds('successCondition', successCondition, result);
  const hasFailed = failureCondition !== '' && holds('failureCondition', failureCondition, result);
  if (successCondition === '') return hasFailed ? 'Failed' : 'Successful';
  if (failureCondition === '') return hasSucceeded ? 'Successful' : 'Failed';
  if (hasFailed) return 'Failed';
  return hasSucceeded ? 'Successful' : 'Inconclusive';
}

function holds(field: string, condition: string, result: Value): boolean {
  try {
    return evaluateCondition(condition, result);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const isEmpty = result === null || (isList(result) && result.length === 0);
    const why = isEmpty ? 'metric result is nil or empty: no data returned from the metric provider' : error.message;
    throw new AnalysisProblem(`could not evaluate ${field} "${condition}": ${why}`);
  }
}
