import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';
const rebuild = 'scripts/operations/rebuild';
const redrive = 'scripts/operations/redrive';

/** The operator's tools, and the functions' support for them during a sale. */
export const operator: readonly Bug[] = [
  {
    name: 'a projection keeps writing to the generation that it read first',
    caughtBy: 'I5',
    file: `${aws}/generation.ts`,
    find: 'if (readAt - cached.readAt < generationMs)',
    replace: 'if (cached.readAt > -Infinity)',
  },
  {
    name: 'a reader keeps reading the generation that it read first',
    caughtBy: 'sales',
    file: `${aws}/views.ts`,
    find: 'if (live === generation) return',
    replace: 'if (live !== undefined) return',
  },
  {
    name: 'a reader adds the counters of the generations before and after a swap',
    caughtBy: 'sales',
    file: `${aws}/views.ts`,
    find: 'const counters = rows.filter(({ sk }) => sk !== liveGenerationKey.sk);',
    replace:
      "const counters = (generation === '' ? [] : await readCounters(table, '', sku)).concat(rows).filter(({ sk }) => sk !== liveGenerationKey.sk);",
  },
  {
    name: 'the new views are swapped in before they are written',
    caughtBy: 'I5',
    file: `${rebuild}/run.ts`,
    find: '  await stores.put(generation, buildViews(built, expired).values());',
    replace:
      '  await stores.swap(before, generation);\n  await stores.put(generation, buildViews(built, expired).values());',
  },
  {
    name: 'the new views are swapped in while reads may still miss them',
    caughtBy: 'sales',
    file: `${rebuild}/run.ts`,
    find: '  await sleep(replicationMs);',
    replace: '',
  },
  {
    name: 'events that were counted in the old views during the swap are not counted again',
    caughtBy: 'I5',
    file: `${rebuild}/run.ts`,
    find: '  await countNew(seen, await readLatest(), salesViews(viewsTable));',
    replace: '',
  },
  {
    name: 'a rebuild removes the old views at once',
    caughtBy: 'sales',
    file: `${rebuild}/run.ts`,
    find: '  await sleep(options.settleMs);',
    replace: '',
  },
  {
    name: 'a rebuild removes the views of another one that began later',
    caughtBy: 'I5',
    file: `${rebuild}/run.ts`,
    find: '  await stores.remove(others);',
    replace: '  await stores.remove((await stores.views(generation)).others);',
  },
  {
    name: 'two rebuilds swap without asking for each other',
    caughtBy: 'I5',
    file: `${rebuild}/stores.ts`,
    find: 'TableName: this.#tables.views, Item, ...guard }',
    replace: 'TableName: this.#tables.views, Item }',
  },
  {
    name: 'a dead letter is deleted although its copy was refused',
    caughtBy: 'redrive',
    file: `${redrive}/run.ts`,
    find: "await remove(parts, withResult('sent'));",
    replace: 'await remove(parts, wanted);',
  },
  {
    name: 'entries of a call that SQS refused count as sent',
    caughtBy: 'redrive',
    file: `${redrive}/sqs.ts`,
    find: "failed.has(id) ? 'refused' : 'sent'",
    replace: "failed.has(id + id) ? 'refused' : 'sent'",
  },
  {
    name: 'a dead letter that could not be deleted is sent again',
    caughtBy: 'redrive',
    file: `${redrive}/run.ts`,
    find: "['sent', 'deleted'].includes(",
    replace: "['deleted'].includes(",
  },
  {
    name: 'a letter in doubt counts as sent without a look for its copy',
    caughtBy: 'redrive',
    file: `${redrive}/run.ts`,
    find: "copies.has(markOf(line)) ? ('sent' as const) : 'not sent'",
    replace: "copies ? ('sent' as const) : 'not sent'",
  },
  {
    name: 'a copy is sent before the audit file says so',
    caughtBy: 'redrive',
    file: `${redrive}/run.ts`,
    find: "  note(parts, wanted, 'sending');",
    replace: '',
  },
  {
    name: 'a copy loses its trace header',
    caughtBy: 'redrive',
    file: `${redrive}/sqs.ts`,
    find: 'envelope: { attributes, ...(traceHeader !== undefined && { traceHeader }) },',
    replace: 'envelope: { attributes },',
  },
  {
    name: 'a copy has all attributes as text',
    caughtBy: 'redrive',
    file: 'functions/adapters/aws/sqs-message.ts',
    find: "return typeof value === 'string' ? { DataType: type, StringValue: value } : { DataType: type, BinaryValue: value };",
    replace: "return { DataType: 'String', StringValue: String(value) };",
  },
  {
    name: 'a worker buries a message without its attributes',
    caughtBy: 'redrive',
    file: 'functions/adapters/aws/dead-letters.ts',
    find: 'toSqsMessage(toText(body), withReason(envelope, reason))',
    replace: 'toSqsMessage(toText(body), withReason({}, reason))',
  },
  {
    name: 'a letter whose order still has work to do is left',
    caughtBy: 'redrive',
    file: `${redrive}/diagnose.ts`,
    find: "actionable.includes(state) ? 'may succeed'",
    replace: "actionable.includes(state) ? 'would fail'",
  },
];
