import { anything, exactly, functions, negate, operators, type Range, union } from './range.ts';

const token = /\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|"[^"]*"|'[^']*'|<=|>=|==|!=|&&|\|\||.)/gsy;

class Unreadable extends Error {}

/** All values that an expression of metric math may have. `find` knows the ids, and `METRICS` as all metrics. */
export function evaluate(expression: string, find: (id: string) => Range | undefined): Range {
  try {
    return new Reader(
      [...expression.trim().matchAll(token)].map(([, text = '']) => text),
      find,
    ).read();
  } catch (error) {
    if (error instanceof Unreadable) return anything;
    throw error;
  }
}

class Reader {
  private readonly tokens: readonly string[];
  private readonly find: (id: string) => Range | undefined;
  private at = 0;

  constructor(tokens: readonly string[], find: (id: string) => Range | undefined) {
    this.tokens = tokens;
    this.find = find;
  }

  read(): Range {
    const value = this.readLevel(0);
    if (this.at < this.tokens.length) throw new Unreadable();
    return value;
  }

  private readLevel(level: number): Range {
    const own = operators[level];
    if (!own) return this.readTerm();
    let value = this.readLevel(level + 1);
    for (let operator = own[this.peek()]; operator; operator = own[this.peek()]) {
      this.at++;
      value = operator(value, this.readLevel(level + 1));
    }
    return value;
  }

  private readTerm(): Range {
    const text = this.next();
    if (text === '-') return negate(this.readTerm());
    if (text === '+') return this.readTerm();
    if (text === '(') return union(...this.readList(')'));
    // A list of series has the values of all of them.
    if (text === '[') return union(...this.readList(']'));
    if (/^\d/.test(text)) return exactly(Number(text));
    if (/^["']/.test(text)) return anything;
    if (!/^[A-Za-z_]/.test(text)) throw new Unreadable();
    return this.peek() === '(' ? this.readCall(text) : (this.find(text) ?? anything);
  }

  private readCall(name: string): Range {
    this.at++;
    const values = this.readList(')', true);
    if (name === 'METRICS') return this.find(name) ?? anything;
    // FILL repeats a value of its metric, or draws a line between two.
    if (name === 'FILL' && /^(REPEAT|LINEAR)$/.test(this.tokens[this.at - 2] ?? '')) return values[0] ?? anything;
    return functions[name]?.(...values) ?? anything;
  }

  private readList(end: string, mayBeEmpty = false): readonly Range[] {
    const values: Range[] = [];
    if (mayBeEmpty && this.peek() === end) {
      this.at++;
      return values;
    }
    for (;;) {
      values.push(this.readLevel(0));
      const separator = this.next();
      if (separator === end) return values;
      if (separator !== ',') throw new Unreadable();
    }
  }

  private peek = (): string => this.tokens[this.at] ?? '';

  private next(): string {
    const text = this.peek();
    this.at++;
    return text;
  }
}
