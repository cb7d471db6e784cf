import { AnalysisProblem } from '../analysis-problem.ts';
import { goText, goType, isList, type Value } from '../expressions/values.ts';

/** From some values in a document to others; throws an AnalysisProblem where there is nothing. */
export type PathStep = (values: readonly Value[]) => Value[];

/** What stands in brackets: an index, or the limits and the step of a slice. */
export interface ListParams {
  start: number | undefined;
  end: number | undefined;
  step: number | undefined;
  isSlice: boolean;
}

/** Elements of a list; nil has none. Models client-go util/jsonpath evalArray. */
export function sliceList(value: Value, { start = 0, end, step = 1, isSlice }: ListParams): Value[] {
  if (value === null) return [];
  if (!isList(value)) throw new AnalysisProblem(`${goType(value)} is not array or slice`);
  const { length } = value;
  const first = start < 0 ? start + length : start;
  const last = lastOf(start, end, isSlice, length);
  if (first === last) return [];
  if (first >= length || first < 0) throw new AnalysisProblem(`array index out of bounds: index ${first}, length ${length}`);
  if (last > length || last < 0) throw new AnalysisProblem(`array index out of bounds: index ${last - 1}, length ${length}`);
  if (first > last) throw new AnalysisProblem(`starting index ${first} is greater than ending index ${last}`);
  if (step <= 0) throw new AnalysisProblem('step must be > 0');
  return value.slice(first, last).filter((_, index) => index % step === 0);
}

function lastOf(start: number, end: number | undefined, isSlice: boolean, length: number): number {
  if (isSlice) return end === undefined ? length : end < 0 ? end + length : end;
  return start + 1 <= 0 ? start + 1 + length : start + 1;
}

/** The elements for which something exists or a comparison holds. Models client-go util/jsonpath evalFilter. */
export function evaluateFilter(left: PathStep, operator: string, right: PathStep): PathStep {
  return (values) =>
    values.flatMap((list) => {
      if (!isList(list)) throw new AnalysisProblem(`${goText(list)} is not array or slice and cannot be filtered`);
      return list.filter((element) => (operator === 'exists' ? exists(left, element) : holds(left, operator, right, element)));
    });
}

function exists(path: PathStep, element: Value): boolean {
  try {
    return path([element]).length > 0;
  } catch (error) {
    if (error instanceof AnalysisProblem) return false;
    throw error;
  }
}

function holds(left: PathStep, operator: string, right: PathStep, element: Value): boolean {
  const [lefts, rights] = [left([element]), right([element])];
  if (lefts.length > 1 || rights.length > 1) throw new AnalysisProblem('can only compare one element at a time');
  return lefts.length === 1 && rights.length === 1 && compare(operator, lefts[0]!, rights[0]!);
}

/** Only values of one and the same simple type compare. Models client-go third_party/forked/golang/template. */
function compare(operator: string, a: Value, b: Value): boolean {
  if (!isSimple(a) || !isSimple(b)) throw new AnalysisProblem('invalid type for comparison');
  if (typeof a !== typeof b) throw new AnalysisProblem('incompatible types for comparison');
  if (typeof a === 'boolean' && operator !== '==' && operator !== '!=') throw new AnalysisProblem('invalid type for comparison');
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new AnalysisProblem(`unrecognized filter operator ${operator}`);
  }
}

function isSimple(value: Value): value is boolean | bigint | number | string {
  return ['boolean', 'bigint', 'number', 'string'].includes(typeof value);
}
