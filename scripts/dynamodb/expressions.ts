export type Item = Readonly<Record<string, unknown>>;
type Term = (item: Item, names: Names, values: Item) => unknown;
type Names = Readonly<Record<string, string>>;

/** The expressions that the adapters use; any other throws. */
export interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Names | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

type Condition = (item: Item | undefined, names: Names, values: Item) => boolean;
/** Changes `after`, based on the old item. */
type Update = (item: Item, names: Names, values: Item, after: Record<string, unknown>) => void;

const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

export function meets(item: Item | undefined, request: Expressions): boolean {
  const {
    ConditionExpression: text,
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  } = request;
  if (text === undefined) return true;
  return cached(conditions, text, compileCondition)(item, names, values);
}

export function updated(item: Item, request: Expressions): Item {
  const {
    UpdateExpression: text = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  } = request;
  const after = { ...item };
  cached(updates, text, compileUpdate)(item, names, values, after);
  return after;
}

function cached<Compiled>(cache: Map<string, Compiled>, text: string, compile: (text: string) => Compiled): Compiled {
  const found = cache.get(text);
  if (found) return found;
  const compiled = compile(text);
  cache.set(text, compiled);
  return compiled;
}

const comparisons = {
  '=': (a: unknown, b: unknown) => a === b,
  '<': (a: unknown, b: unknown) => String(a) < String(b),
  '>=': (a: unknown, b: unknown) => Number(a) >= Number(b),
  '<=': (a: unknown, b: unknown) => Number(a) <= Number(b),
};

function compileCondition(text: string): Condition {
  const ways = text.split(' OR ').map(compileAll);
  return (item, names, values) => ways.some((way) => way(item, names, values));
}

function compileAll(text: string): Condition {
  const parts = text.split(' AND ').map((part): Condition => {
    const exists = /^attribute_(not_)?exists\((\S+)\)$/.exec(part);
    if (exists) {
      const read = term(exists[2] ?? '');
      return (item, names, values) => (read(item ?? {}, names, values) === undefined) === (exists[1] !== undefined);
    }
    const compared = /^(\S+) (=|>=|<=|<) (:\S+)$/.exec(part);
    if (!compared) throw new Error(`the simulated table does not support the condition '${part}'`);
    const [left, right] = [term(compared[1] ?? ''), term(compared[3] ?? '')];
    const holds = comparisons[compared[2] as keyof typeof comparisons];
    return (item, names, values) => {
      const value = left(item ?? {}, names, values);
      return value !== undefined && holds(value, right(item ?? {}, names, values));
    };
  });
  return (item, names, values) => parts.every((part) => part(item, names, values));
}

function compileUpdate(text: string): Update {
  const clauses = text.split(/ (?=SET |ADD |REMOVE |DELETE )/).flatMap((clause) => {
    const [action = '', rest = ''] = clause.split(/ (.*)/s);
    return rest.split(/, (?![^(]*\))/).map((part) => compileClause(action, part));
  });
  return (item, names, values, after) => {
    for (const clause of clauses) clause(item, names, values, after);
  };
}

function compileClause(action: string, part: string): Update {
  if (action === 'SET') return compileSet(part);
  if (action === 'ADD') return compileAdd(part);
  if (action === 'DELETE') return compileDelete(part);
  if (action !== 'REMOVE') throw new Error(`the simulated table does not support the clause '${action} ${part}'`);
  return (_item, names, _values, after) => {
    delete after[resolveName(part, names)];
  };
}

function compileSet(part: string): Update {
  const [, target = '', first = '', operator, second = ''] =
    /^(\S+) = (\w+\(.+?\)|\S+)(?: ([+-]) (\S+))?$/.exec(part) ?? [];
  if (target === '') throw new Error(`the simulated table does not support the assignment '${part}'`);
  const [left, right] = [term(first), operator ? term(second) : undefined];
  return (item, names, values, after) => {
    const a = left(item, names, values);
    const name = resolveName(target, names);
    after[name] = a;
    if (!right) return;
    const b = right(item, names, values);
    if (typeof a !== 'number' || typeof b !== 'number')
      throw new Error(`'${part}' needs two numbers, got ${a} and ${b}`);
    after[name] = operator === '+' ? a + b : a - b;
  };
}

/** ADD to a number or to a set. */
function compileAdd(part: string): Update {
  const { target, value } = parseClause(part);
  return (item, names, values, after) => {
    const name = resolveName(target, names);
    const added = values[value];
    after[name] =
      added instanceof Set
        ? new Set([...toSet(item[name]), ...added])
        : Number(item[name] ?? 0) + Number(values[value]);
  };
}

/** DELETE from a set. An attribute never holds an empty set. */
function compileDelete(part: string): Update {
  const { target, value } = parseClause(part);
  return (item, names, values, after) => {
    const name = resolveName(target, names);
    const taken = toSet(values[value]);
    const rest = new Set([...toSet(item[name])].filter((one) => !taken.has(one)));
    if (rest.size > 0) after[name] = rest;
    else delete after[name];
  };
}

function parseClause(part: string): { target: string; value: string } {
  const [, target = '', value = ''] = /^(\S+) (:\S+)$/.exec(part) ?? [];
  if (target === '') throw new Error(`the simulated table does not support the clause '${part}'`);
  return { target, value };
}

const toSet = (value: unknown): Set<unknown> => (value instanceof Set ? value : new Set());

function term(text: string): Term {
  const fallback = /^if_not_exists\((\S+), (\S+)\)$/.exec(text);
  if (fallback) {
    const [first, second] = [term(fallback[1] ?? ''), term(fallback[2] ?? '')];
    return (item, names, values) => first(item, names, values) ?? second(item, names, values);
  }
  if (text.startsWith(':')) return (_item, _names, values) => values[text];
  return (item, names) => item[resolveName(text, names)];
}

function resolveName(text: string, names: Names): string {
  return text.startsWith('#') ? (names[text] ?? text) : text;
}
