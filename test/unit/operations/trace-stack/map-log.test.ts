import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { logger } from '../../../../functions/runtime/log.ts';
import { findStacks } from '../../../../scripts/operations/trace-stack/find-stacks.ts';
import { mapLog } from '../../../../scripts/operations/trace-stack/map-log.ts';
import { bundleReader } from '../../../../scripts/operations/trace-stack/read-bundle.ts';
import { keepSourceMap, nameBundle } from '../../../../stacks/build/source-maps.ts';
import { releaseHooks } from '../../../../stacks/model/operations/release-names.ts';
import { serviceNames } from '../../../../stacks/model/services.ts';

const folder = mkdtempSync(join(tmpdir(), 'map-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = bundleReader(folder, nameBundle);

const source = `
export class Ledger {
  async commit(entry) { return settleLedger(entry); }
}
function settleLedger(entry) { throw new Error('entry ' + entry + ' is FULFILLED'); }
`;

/** A bundle with its map; a comment moves the lines of the source, and not the code. */
function built(text = source, name = 'settlement-aws') {
  const options = { minify: true, sourcemap: 'external', sourcefile: 'ledger.ts', format: 'cjs' } as const;
  const { code, map } = transformSync(text, options);
  const [bytes, mapBytes] = [Buffer.from(code), Buffer.from(map)];
  const file = nameBundle(name, bytes);
  keepSourceMap(file, bytes, mapBytes, folder);
  return { file, code, at: (word: string) => `${file}:1:${code.indexOf(word) + 1}` };
}

const { file, code, at } = built();
const [, short = ''] = /function (\w+)\(\w+\)\{throw/.exec(code) ?? [];
const frames = [
  `    at ${short} (/var/task/${at('new Error')})`,
  `    at Ledger.commit (/var/task/${at(`${short}(`)})`,
  '    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
  '    at async Promise.all (index 0)',
  `    at async /var/task/${at(`${short}(`)}`,
];
const message = 'Error: entry 1 is FULFILLED';
const stack = [message, ...frames].join('\n');
const mapped = [
  message,
  '    at settleLedger (ledger.ts:5:38)',
  '    at Ledger.commit (ledger.ts:3:32)',
  frames[2],
  frames[3],
  '    at async ledger.ts:3:32',
].join('\n');

const line = JSON.stringify({ level: 'ERROR', message: 'failed', error: { name: 'Error', location: 'x', stack } });
const report = 'REPORT RequestId: 7\tDuration: 3 ms';
const start = 'START RequestId: 7 Version: 3';
const exported = (events: object) => JSON.stringify(events, null, 2);

describe('a stack is mapped', () => {
  test.each<[string, string]>([
    ['as it is', stack],
    ['with line ends of Windows', `${stack.replaceAll('\n', '\r\n')}\r\n`],
    ['within a log', `${start}\n${message}\n${frames.join('\n')}\n${report}\n`],
    ["in a function's line", `${line}\n`],
    ["in a function's line with the end of Windows", `{"level":"INFO"}\r\n${line}\r\n`],
    ['after the prefix of a line', `2026-11-27T09:00:00 2026/11/27/[3]0a1b ${line}`],
    ['in text with line ends of Windows', JSON.stringify({ error: { stack: stack.replaceAll('\n', '\r\n') } })],
    ['in an export of CloudWatch', exported({ events: [{ timestamp: 1, message: `${line}\n` }, { message: report }] })],
    ['in an export of Cloud Logging', exported([{ jsonPayload: { error: { stack } } }, { textPayload: start }])],
    ['in text of Cloud Logging', exported([{ textPayload: stack }])],
    ['in an export of Azure Monitor', exported({ tables: [{ rows: [['t', 3, JSON.stringify({ custom: line })]] }] })],
    ['in one line of an export', exported({ message: line }).split('\n')[1] ?? ''],
    ['in a list of lines', JSON.stringify({ stack: stack.split('\n') })],
  ])('%s', (_, log) => {
    const { stacks, failures } = mapLog(log, read);
    expect(failures).toEqual([]);
    expect(stacks).toHaveLength(1);
    expect(stacks[0]).toContain(mapped);
    expect(stacks[0]).not.toContain(file);
  });
});

test('each stack of a log is printed with its error, also the stack of a cause', () => {
  const inspected = `${stack} {\n  [cause]: Error: inner\n      at x (/var/task/${at('new Error')})\n}`;
  const log = [start, inspected, report, '', stack.replace('entry 1', 'entry 2')].join('\n');
  const { stacks } = mapLog(log, read);
  expect(stacks.map((one) => one.split('\n')[0])).toEqual([
    message,
    '  [cause]: Error: inner',
    'Error: entry 2 is FULFILLED',
  ]);
  const caused = JSON.stringify({ error: { stack: 'Error: outer', cause: { stack, cause: { stack } } } });
  expect(mapLog(caused, read).stacks).toEqual([mapped, mapped]);
});

test('maps the rest of a truncated line, but no truncated number', () => {
  const [, second = '', , , bare = ''] = frames;
  /** Up to the last digit but one of the frame. */
  const cut = (log: string, frame: string) => log.slice(0, log.indexOf(frame) + frame.replace(/\d\)?$/, '').length);
  for (const log of [line, stack]) {
    const { stacks, failures } = mapLog(cut(log, second), read);
    expect([failures, stacks.length]).toEqual([[], 1]);
    expect(stacks[0]).toContain('at settleLedger (ledger.ts:5:38)\n');
    expect(stacks[0]).toMatch(/at Ledger\.commit \(\/var\/task\/settlement-aws-[0-9a-f]{12}\.js:1:\d+…?$/);
  }
  expect(mapLog(cut(line, bare), read).stacks[0]).toMatch(
    /at async \/var\/task\/settlement-aws-[0-9a-f]{12}\.js:1:\d+…$/,
  );
});

test.each([
  '',
  '\r\n',
  '{"level":"INFO","message":"answered","ms":3}',
  start,
  'Error: x\n    at y (node:internal/z:1:2)',
  'Error: x\n    at y (/var/task/index.js:24991:7)',
  `Error: x\n    at y (/var/task/${file}`,
  `Error: x\n    at y (/var/task/${file}:1`,
  '[]',
  '"text"',
  'null',
])('%j has no stack of a deployed function', (log) => expect(findStacks(log)).toEqual([]));

test('a build whose map is missing does not hide the stacks of the others', () => {
  const other = stack.replaceAll(file, 'stock-aws-000000000000.js');
  const { stacks, failures } = mapLog(`${other}\n\n${stack}`, read);
  expect(stacks).toEqual([other, mapped]);
  expect(failures.map(({ code }) => code)).toEqual(['source_map_missing']);
});

test('says that a map is not of this code, instead of naming lines of other code', () => {
  const other = built(`${source}\nexport const more = 1;`);
  const names = `stock-aws-${other.file.slice(-15)}`;
  writeFileSync(join(folder, names), code);
  writeFileSync(join(folder, `${names}.map`), '{}');
  const codeOf = (log: string) => mapLog(log, read).failures.map((failure) => failure.code);
  expect(codeOf(stack.replaceAll(file, names))).toEqual(['source_map_mismatch']);
  expect(codeOf(stack.replaceAll(/\.js:1:\d+/g, '.js:1:99999'))).toEqual(['position_missing']);
  expect(codeOf(stack.replaceAll('.js:1:', '.js:7:'))).toEqual(['position_missing']);
  const { file: damaged } = built(source, 'intake-aws');
  writeFileSync(join(folder, `${damaged}.map`), '{"version":3,');
  expect(codeOf(stack.replaceAll(file, damaged))).toEqual(['source_map_unreadable']);
});

test('names the lines of the newest build of the same code', () => {
  const moved = built(`// One more line.\n${source}`, 'catalog-aws');
  const before = built(source, 'catalog-aws');
  const frame = `    at ${short} (/var/task/${before.at('new Error')})`;
  expect(moved.file).toBe(before.file);
  expect(mapLog(frame, read).stacks).toEqual(['    at settleLedger (ledger.ts:5:38)']);
  built(`// One more line.\n${source}`, 'catalog-aws');
  expect(mapLog(frame, read).stacks).toEqual(['    at settleLedger (ledger.ts:6:38)']);
});

test('finds the stacks of every bundle of every cloud', () => {
  const names = [...serviceNames, ...releaseHooks, 'publishing'].flatMap((name) =>
    ['aws', 'azure', 'google'].map((cloud) => `${name}-${cloud}-0123456789ab.js`),
  );
  for (const name of names) {
    for (const path of ['/var/task/', '/home/site/wwwroot/', 'file:///workspace/', ''])
      expect(findStacks(`    at async r.<anonymous> (${path}${name}:1:2)`)).toHaveLength(1);
  }
});

test("finds the stacks in the line that the functions' logger writes about an error with causes", () => {
  const error = Object.assign(new Error('outer', { cause: Object.assign(new Error('inner'), { stack }) }), { stack });
  const { getLogFormatter } = logger as unknown as { getLogFormatter(): { formatError(error: Error): object } };
  const item = JSON.stringify({ error: getLogFormatter.call(logger).formatError(error) });
  expect(mapLog(item, read).stacks).toEqual([mapped, mapped]);
});
