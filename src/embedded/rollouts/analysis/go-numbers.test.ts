import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDecimal, formatFloat } from './go-numbers.ts';

/** Printed by Go with %v, and by strconv.FormatFloat with 'f'. */
test.each([
  [1_000_000, '1e+06', '1000000'],
  [999_999, '999999', '999999'],
  [1e20, '1e+20', '100000000000000000000'],
  [123_456_789, '1.23456789e+08', '123456789'],
  [2_097_152.5, '2.0971525e+06', '2097152.5'],
  [0.0001, '0.0001', '0.0001'],
  [0.00001, '1e-05', '0.00001'],
  [-0.000012, '-1.2e-05', '-0.000012'],
  [1.5, '1.5', '1.5'],
  [NaN, 'NaN', 'NaN'],
  [-Infinity, '-Inf', '-Inf'],
])('%d is printed %s and %s', (value, general, decimal) => {
  expect([formatFloat(value), formatDecimal(value)]).toEqual([general, decimal]);
});

test('what is printed reads as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(formatFloat(value))).toBe(value);
      expect(Number(formatDecimal(value))).toBe(value);
      expect(formatDecimal(value)).not.toContain('e');
    }),
  );
});
