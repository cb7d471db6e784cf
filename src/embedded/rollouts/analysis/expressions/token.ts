export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Operator' | 'Bracket' | 'EOF';

export interface Token {
  kind: TokenKind;
  value: string;
}

/** As messages name a token: `Operator("=")`, or `EOF`. */
export function nameToken({ kind, value }: Token): string {
  return value === '' ? kind : `${kind}(${JSON.stringify(value)})`;
}
