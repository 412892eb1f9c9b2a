import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../../../scripts/platform/process/workspace.ts';
import { atLeastOne, findingTable } from '../../../scripts/report/finding.ts';
import { sectionsText } from '../../../scripts/report/report.ts';
import { type Line, lines } from '../../../scripts/verify/lines.ts';
import { formatPage, pageFile, readRecord, updateRecord, writeRecord } from '../../../scripts/verify/record.ts';
import { type LineResult, runLine } from '../../../scripts/verify/run-line.ts';
import { runLines } from '../../../scripts/verify/run-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
let workspace: Workspace;
beforeAll(() => {
  workspace = createWorkspace();
});
afterAll(() => {
  workspace.remove();
  rmSync(folder, { recursive: true });
});

const lineOf = (program: string, more: Partial<Line> = {}): Line => ({
  ...{ name: 'line', what: 'something', minutes: 1, counted: /^(\d+) things/gm, things: 'things' },
  command: [process.execPath, '-e', program],
  ...more,
});

function run(line: Line, more: { limitMs?: number; stop?: AbortSignal } = {}): Promise<LineResult> {
  return runLine(line, { workspace, logFile: join(folder, 'line.log'), limitMs: 20_000, graceMs: 200, ...more });
}

describe('a line', () => {
  it('passes when its command succeeds and counts something', async () => {
    const line = lineOf("console.log('2 things'); console.error('note'); console.log('3 things')");
    expect(await run(line)).toMatchObject({ name: 'line', verdict: 'passed', count: 5 });
    expect(readFileSync(join(folder, 'line.log'), 'utf8')).toContain('note');
  });

  it.each<[string, string, Partial<LineResult>]>([
    [
      'fails',
      "console.log('2 things'); console.log('FAILED: I1'); process.exit(1)",
      { reason: 'exit code 1: FAILED: I1' },
    ],
    ['counts zero', "console.log('0 things')", { count: 0, reason: 'exited with 0, but counted no things' }],
    ['counts nothing', "console.log('all is well')", { count: 0, reason: 'exited with 0, but counted no things' }],
    ['is killed', "console.log('2 things'); process.kill(process.pid, 'SIGKILL')", { count: 2 }],
  ])('fails when its command %s', async (_, program, expected) => {
    expect(await run(lineOf(program))).toMatchObject({ verdict: 'failed', ...expected });
  });

  it('times out when its command hangs, even if it ignores the request to stop', async () => {
    const hangs = "process.on('SIGTERM', () => {}); console.log('2 things'); setInterval(() => {}, 1000)";
    const result = await run(lineOf(hangs), { limitMs: 400 });
    expect(result).toMatchObject({ verdict: 'timed out', reason: 'took longer than 0.0 minutes' });
  });

  it('fails when it is interrupted', async () => {
    const stop = new AbortController();
    const result = run(lineOf('setInterval(() => {}, 1000)'), { stop: stop.signal });
    setTimeout(() => stop.abort(), 300);
    expect(await result).toMatchObject({ verdict: 'failed', reason: 'interrupted' });
  });

  it('is skipped with its reason where something is missing', async () => {
    const line = lineOf('process.exit(1)', { lacking: async () => 'no engine' });
    expect(await run(line)).toMatchObject({ verdict: 'skipped', reason: 'no engine' });
  });

  it('does not see the endpoint of this shell', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const line = lineOf("console.log(process.env.AWS_ENDPOINT_URL ? '0 things' : '1 things')");
    const result = await run(line);
    delete process.env.AWS_ENDPOINT_URL;
    expect(result).toMatchObject({ verdict: 'passed' });
  });
});

describe('several lines', () => {
  const progress = { step: () => {}, line: () => {}, done: () => {} };
  const fast = lineOf("console.log('1 things')", { name: 'fast' });
  const slow = lineOf("setTimeout(() => console.log('2 things'), 700)", { name: 'slow', minutes: 2 });
  const broken = lineOf('process.exit(1)', { name: 'broken' });

  it('run side by side, and each is told when it ends', async () => {
    const ended: string[] = [];
    const onResult = ({ name }: LineResult) => ended.push(name);
    const results = await runLines([fast, slow, broken], { atOnce: 2, limitMs: 60_000, progress, onResult });
    expect(results.map(({ name, verdict, count }) => [name, verdict, count])).toEqual([
      ['fast', 'passed', 1],
      ['slow', 'passed', 2],
      ['broken', 'failed', 0],
    ]);
    expect(ended).toEqual(['fast', 'broken', 'slow']);
  });

  it('end with their time: what runs is stopped, what waits has no turn', async () => {
    const ended: string[] = [];
    const onResult = ({ name }: LineResult) => ended.push(name);
    const hangs = lineOf('setInterval(() => {}, 1000)', { name: 'hangs', minutes: 2 });
    const results = await runLines([fast, hangs], { atOnce: 1, limitMs: 300, progress, onResult });
    expect(results.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['fast', 'not run'],
      ['hangs', 'timed out'],
    ]);
    expect(ended).toEqual(['hangs']);
  });
});

describe('the lines', () => {
  it('count what their commands print', () => {
    const samples: Readonly<Record<string, string>> = {
      mutants: '80 mutants: 2 caught elsewhere, 73 caught, 5 survived',
      exhaustive: 'dynamodb: 73 executions, 70 to the end and 3 to one of 9 known states: complete',
      seeds: 'dynamodb: 73 seeds, 9 orders, 0 with violations, in 1.0 s',
      'crash-points': '73 crash points, 73 hit, 0 bad',
      soak: '| orders accepted | 80 in 9 s |\n| orders accepted | 73 of 80 | at least 90 % | holds |',
      grants: "74 grants: 73 proven necessary, 1 used by AWS's own pollers only, 0 needless",
      contract: 'local, API: 73 requests, nothing found',
      fuzz: '73 requests and 7 raw inputs, seed 1: 80 x 400',
      jobs: 'ok: 73 jobs stored once, each ended, every invariant holds',
      parts: '73 of 73 parts can be left out',
      'rename-check': 'book-fair (9 characters): 73 passed, 0 failed',
      'fork-check': '73 of 73 forks hold',
      'add-check': '73 of 73 additions hold',
      'google-fallback': '73 passed, 0 failed, 9 skipped',
      localstack: '73 passed, 0 failed, 9 skipped',
    };
    for (const { name, counted } of lines.filter((line) => !line.name.startsWith('drill')))
      expect([name, [...(samples[name] ?? '').matchAll(counted)].map(([, count]) => count)]).toEqual([name, ['73']]);
  });

  it('count the findings of a drill that hold', (context) => {
    context.skip(!lines.some(({ name }) => name === 'drill-hot'), 'the project is without the laboratory');
    const { counted } = lines.find(({ name }) => name === 'drill-hot') as Line;
    const table = findingTable([atLeastOne('one', 1), atLeastOne('two', 0), atLeastOne('three', 3)]);
    const text = sectionsText([{ title: 'Judged', table }]);
    expect([...text.matchAll(counted)]).toHaveLength(2);
  });

  it('have names of their own', () => {
    expect(new Set(lines.map(({ name }) => name)).size).toBe(lines.length);
  });
});

describe('the record', () => {
  const two = [lineOf('', { name: 'one' }), lineOf('', { name: 'two' })];
  const passed: LineResult = { name: 'one', verdict: 'passed', count: 3, seconds: 65 };
  const first = updateRecord([], two, [passed], { commit: 'abc', date: '2026-11-29T10:00Z' });

  it('keeps the commit and date of lines that did not run again', () => {
    const failed: LineResult = { name: 'two', verdict: 'failed', count: 0, seconds: 1, reason: 'exit code 1' };
    const left: LineResult = { name: 'one', verdict: 'not run', count: 0, seconds: 0 };
    const next = updateRecord(first, two, [left, failed], { commit: 'def', date: '2026-11-30T10:00Z' });
    expect(next.map(({ last }) => [last?.verdict, last?.commit])).toEqual([
      ['passed', 'abc'],
      ['failed', 'def'],
    ]);
  });

  it('becomes a page that also names lines that never ran', () => {
    writeRecord(folder, first);
    expect(readRecord(folder)).toEqual(first);
    const page = readFileSync(join(folder, pageFile), 'utf8');
    expect(page).toContain('| one | something | passed | 3 things | 1 min 5 s | `abc` | 2026-11-29T10:00Z |');
    expect(page).toContain('| two | something | never run |');
  });

  it('is the source of the page in the documents', () => {
    const docs = join(import.meta.dirname, '../../../docs');
    expect(readFileSync(join(docs, pageFile), 'utf8')).toBe(formatPage(readRecord(docs)));
  });
});
