import type { Bytes } from '../../kernel/bytes.ts';
import { CommandError } from '../io/command-error.ts';
import { ExpressionParser } from './expression-parser.ts';
import type { AwkProgram, Destination, Expression, Rule, Statement, UserFunction } from './tree.ts';

/** Parses a program. Throws CommandError. */
export function parseProgram(source: Bytes): AwkProgram {
  return new ProgramParser(source).parse();
}

class ProgramParser {
  readonly #parser: ExpressionParser;
  readonly #begin: Statement[] = [];
  readonly #rules: Rule[] = [];
  readonly #end: Statement[] = [];
  readonly #functions = new Map<Bytes, UserFunction>();

  constructor(source: Bytes) {
    this.#parser = new ExpressionParser(source);
  }

  parse(): AwkProgram {
    for (;;) {
      this.#skipTerminators();
      if (this.#parser.token.kind === 'end') break;
      this.#item();
    }
    const { line } = this.#parser.token;
    for (const name of this.#parser.calls)
      if (!this.#functions.has(name)) throw new CommandError(`line ${line + 1}: function ${name} never defined`, 2);
    return { begin: this.#begin, rules: this.#rules, end: this.#end, functions: this.#functions };
  }

  #item(): void {
    const parser = this.#parser;
    if (parser.is('BEGIN', 'keyword') || parser.is('END', 'keyword')) {
      const list = parser.take().text === 'BEGIN' ? this.#begin : this.#end;
      if (!parser.is('{')) throw parser.unexpected();
      list.push(this.#block());
    } else if (parser.is('function', 'keyword')) this.#function();
    else this.#rule();
  }

  #rule(): void {
    const parser = this.#parser;
    const pattern = parser.is('{') ? undefined : parser.expression();
    let end: Expression | undefined;
    if (pattern && parser.takeIf(',')) {
      parser.skipNewlines();
      end = parser.expression();
    }
    const body = parser.is('{') ? this.#block() : undefined;
    if (!body && !/^(newline|end)$/.test(parser.token.kind) && !parser.is(';')) throw parser.unexpected();
    this.#rules.push({ pattern, end, body });
  }

  #function(): void {
    const parser = this.#parser;
    parser.take();
    if (parser.token.kind !== 'name' && parser.token.kind !== 'function-name') throw parser.unexpected();
    const name = parser.take().text;
    parser.expect('(');
    const parameters: Bytes[] = [];
    while (!parser.is(')')) {
      parser.skipNewlines();
      parameters.push(parser.name());
      parser.skipNewlines();
      if (!parser.takeIf(',')) break;
    }
    parser.expect(')');
    parser.skipNewlines();
    this.#functions.set(name, { parameters, body: this.#block() });
  }

  #skipTerminators(): void {
    while (this.#parser.token.kind === 'newline' || this.#parser.is(';')) this.#parser.take();
  }

  #block(): Statement {
    const parser = this.#parser;
    parser.expect('{');
    const statements: Statement[] = [];
    for (;;) {
      this.#skipTerminators();
      if (parser.takeIf('}')) return { kind: 'block', statements };
      if (parser.token.kind === 'end') throw new CommandError(`line ${parser.token.line + 1}: missing } near end of file`, 2);
      statements.push(this.#statement());
    }
  }

  #statement(): Statement {
    const parser = this.#parser;
    if (parser.is('{')) return this.#block();
    if (parser.token.kind === 'keyword') {
      const compound = this.#compound(parser.token.text);
      if (compound) return compound;
    }
    if (parser.takeIf(';')) return { kind: 'block', statements: [] };
    const statement = this.#simple();
    this.#endStatement();
    return statement;
  }

  #endStatement(): void {
    const parser = this.#parser;
    if (parser.token.kind === 'newline' || parser.is(';')) parser.take();
    else if (!parser.is('}') && parser.token.kind !== 'end') throw parser.unexpected();
  }

  /** Statements that contain others; undefined for the rest. */
  #compound(keyword: string): Statement | undefined {
    switch (keyword) {
      case 'if':
        return this.#if();
      case 'while':
        this.#parser.take();
        return { kind: 'while', condition: this.#condition(), body: this.#body() };
      case 'do':
        return this.#do();
      case 'for':
        return this.#for();
      default:
        return undefined;
    }
  }

  #condition(): Expression {
    this.#parser.expect('(');
    const condition = this.#parser.expression();
    this.#parser.skipNewlines();
    this.#parser.expect(')');
    return condition;
  }

  #body(): Statement {
    this.#parser.skipNewlines();
    return this.#statement();
  }

  #if(): Statement {
    const parser = this.#parser;
    parser.take();
    const condition = this.#condition();
    const then = this.#body();
    // Why: newlines and semicolons may stand before `else`; where none follows, skipping them changes nothing.
    this.#skipTerminators();
    if (!parser.is('else', 'keyword')) return { kind: 'if', condition, then, otherwise: undefined };
    parser.take();
    return { kind: 'if', condition, then, otherwise: this.#body() };
  }

  #do(): Statement {
    const parser = this.#parser;
    parser.take();
    const body = this.#body();
    this.#skipTerminators();
    if (!parser.is('while', 'keyword')) throw parser.unexpected();
    parser.take();
    const condition = this.#condition();
    this.#endStatement();
    return { kind: 'do', condition, body };
  }

  #for(): Statement {
    const parser = this.#parser;
    parser.take();
    parser.expect('(');
    const start = parser.is(';') ? undefined : this.#simple({ isForStart: true });
    if (start?.kind === 'expression' && start.expression.kind === 'variable' && parser.is('in', 'keyword')) {
      parser.take();
      const array = parser.name();
      parser.expect(')');
      return { kind: 'for-in', name: start.expression.name, array, body: this.#body() };
    }
    parser.expect(';');
    parser.skipNewlines();
    const condition = parser.is(';') ? undefined : parser.expression();
    parser.expect(';');
    parser.skipNewlines();
    const step = parser.is(')') ? undefined : this.#simple();
    parser.expect(')');
    if (parser.takeIf(';')) return { kind: 'for', start, condition, step, body: { kind: 'block', statements: [] } };
    return { kind: 'for', start, condition, step, body: this.#body() };
  }

  #simple(context: { isForStart?: boolean } = {}): Statement {
    const parser = this.#parser;
    if (parser.token.kind !== 'keyword' || parser.token.text === 'getline')
      return { kind: 'expression', expression: parser.expression(context) };
    const keyword = parser.take().text;
    switch (keyword) {
      case 'print':
      case 'printf':
        return this.#print(keyword);
      case 'delete': {
        const array = parser.name();
        return { kind: 'delete', array, subscript: parser.takeIf('[') ? parser.expressions(']') : undefined };
      }
      case 'exit':
        return { kind: 'exit', status: this.#optional() };
      case 'return':
        return { kind: 'return', value: this.#optional() };
      case 'next':
      case 'break':
      case 'continue':
        return { kind: keyword };
      case 'nextfile':
        return { kind: 'next-file' };
      default:
        throw new CommandError(`line ${parser.token.line}: syntax error at or near ${keyword}`, 2);
    }
  }

  #optional(): Expression | undefined {
    const { kind } = this.#parser.token;
    return kind === 'newline' || kind === 'end' || this.#parser.is(';') || this.#parser.is('}') ? undefined : this.#parser.expression();
  }

  #print(kind: 'print' | 'printf'): Statement {
    const parser = this.#parser;
    const args: Expression[] = [];
    while (!this.#endsPrint()) {
      args.push(parser.expression({ isPrinted: true }));
      if (!parser.takeIf(',')) break;
      parser.skipNewlines();
    }
    const [only] = args;
    const isList = args.length === 1 && only?.kind === 'group';
    return { kind, args: isList ? only.items : args, destination: this.#destination() };
  }

  #endsPrint(): boolean {
    const { token } = this.#parser;
    return token.kind === 'newline' || token.kind === 'end' || [';', '}', '>', '>>', '|', ')'].some((text) => this.#parser.is(text));
  }

  #destination(): Destination | undefined {
    const parser = this.#parser;
    const kinds = { '>': 'file', '>>': 'append', '|': 'command' } as const;
    const kind = parser.token.kind === 'operator' ? kinds[parser.token.text as keyof typeof kinds] : undefined;
    if (!kind) return undefined;
    parser.take();
    return { kind, target: parser.expression({ isPrinted: true }) };
  }
}
