import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from './quantity.ts';

/** Quantities by the name of a resource, as specs carry them. */
export type Amounts = Readonly<Record<string, string | number>>;

/** The same to calculate with. */
export type Quantities = ReadonlyMap<string, Quantity>;

export const ONE: Quantity = { nano: 1_000_000_000n, format: 'DecimalSI' };
export const ZERO: Quantity = { nano: 0n, format: 'DecimalSI' };

export function quantitiesOf(amounts: Amounts | undefined): Map<string, Quantity> {
  return new Map(Object.entries(amounts ?? {}).map(([name, amount]) => [name, parseQuantity(String(amount))]));
}

export function count(number: number): Quantity {
  return { nano: BigInt(number) * ONE.nano, format: 'DecimalSI' };
}

/** Every resource of both; keeps the notation of the first that is not zero. Models apimachinery Quantity.Add. */
export function add(a: Quantities, b: Quantities): Map<string, Quantity> {
  return combine(a, b, (x, y) => ({ nano: x.nano + y.nano, format: x.nano === 0n ? y.format : x.format }));
}

/** What is more of the first than of the second, never less than nothing. */
export function growth(a: Quantities, b: Quantities): Map<string, Quantity> {
  return new Map(
    [...a].map(([name, quantity]) => {
      const nano = quantity.nano - (b.get(name)?.nano ?? 0n);
      return [name, { ...quantity, nano: nano > 0n ? nano : 0n }];
    }),
  );
}

/** The larger of each resource. */
export function larger(a: Quantities, b: Quantities): Map<string, Quantity> {
  return combine(a, b, (x, y) => (compareQuantities(x, y) < 0 ? y : x));
}

/** Only these resources. */
export function only(quantities: Quantities, names: readonly string[]): Map<string, Quantity> {
  return new Map([...quantities].filter(([name]) => names.includes(name)));
}

/** As messages have it: sorted, `cpu=1,pods=2`. */
export function printQuantities(quantities: Quantities): string {
  return [...quantities]
    .map(([name, quantity]) => `${name}=${formatQuantity(quantity)}`)
    .sort()
    .join(',');
}

/** As specs and statuses carry them. */
export function amountsOf(quantities: Quantities): Record<string, string> {
  return Object.fromEntries([...quantities].map(([name, quantity]) => [name, formatQuantity(quantity)]));
}

function combine(a: Quantities, b: Quantities, both: (x: Quantity, y: Quantity) => Quantity): Map<string, Quantity> {
  const combined = new Map(a);
  for (const [name, quantity] of b) {
    const other = combined.get(name);
    combined.set(name, other ? both(other, quantity) : quantity);
  }
  return combined;
}
