import { expect, test } from 'vitest';
import { benchmarks, formatPage, isMeasured, namesInPage } from '../../../../scripts/lab/bench/all.ts';

const circumstances = { commit: '45968a4', date: '2026-11-29T20:00:00.000Z' };
const measured = { name: 'path', what: 'The local path', output: '40.0 orders per second\n', exitCode: 0, seconds: 61 };

test('the page shows what each benchmark printed', () => {
  const page = formatPage([measured], circumstances);
  expect(page).toContain('| The local path | `npm run bench -- path` | within its limits | 61 s |');
  expect(page).toContain('```text\n40.0 orders per second\n```');
  expect(page).toContain('Commit `45968a4`, 2026-11-29T20:00:00.000Z');
});

test.each([
  ['a benchmark beyond its limit', { exitCode: 1 }, '**beyond a limit**'],
  ['a benchmark that printed nothing', { output: ' \n' }, '**failed**'],
])('%s is named in the page', (_, spoilt, verdict) => {
  expect(isMeasured({ ...measured, ...spoilt })).toBe(false);
  expect(formatPage([{ ...measured, ...spoilt }], circumstances)).toContain(verdict);
});

// A project without the simulation has a benchmark less than the page.
test('the page in the repository has every benchmark, in order', () => {
  const names = benchmarks.map(({ name }) => name);
  expect(namesInPage().filter((name) => names.includes(name))).toEqual(names);
});
