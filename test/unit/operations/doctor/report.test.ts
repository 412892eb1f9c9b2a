import { describe, expect, it } from 'vitest';
import { judgeNames, judgeRoom, type Line } from '../../../../scripts/operations/doctor/check.ts';
import { describeVerdict, exitCodeOf, formatTable, toJson } from '../../../../scripts/operations/doctor/present.ts';

const line = (status: Line['status'], check = 'tables', more: Partial<Line> = {}): Line => ({
  ...{ check, status, found: 'a', needed: 'b', action: '' },
  ...more,
});

describe('the verdict', () => {
  it.each<[number, readonly Line['status'][]]>([
    [0, ['ok', 'not needed']],
    [1, ['ok', 'unknown']],
    [1, ['ok', 'failed']],
    // Nothing was checked.
    [1, ['not needed']],
    [1, []],
  ])('exits with %i for %j', (code, states) => {
    const lines = states.map((status) => line(status));
    expect(exitCodeOf(lines)).toBe(code);
    const verdict = describeVerdict({ stage: 'prod', cloud: 'aws', place: 'AWS', lines });
    expect(verdict.startsWith('ready:')).toBe(code === 0);
    expect(JSON.parse(toJson({ stage: 'prod', cloud: 'aws', place: 'AWS', lines }))).toMatchObject({
      ready: code === 0,
    });
  });

  it('names the lines that are not green', () => {
    const lines = [line('ok', 'region'), line('failed', 'tables-free'), line('unknown', 'ses-account')];
    const verdict = describeVerdict({ stage: 'prod', cloud: 'aws', place: 'AWS', lines });
    expect(verdict).toContain('1 failed, 1 unknown: tables-free, ses-account');
  });
});

it('the table keeps every word of a line, whatever the width', () => {
  const found = 'arn:aws:iam::123456789012:role/a-very-long-name-of-a-role-that-is-wider-than-any-column\nsecond line';
  const shown = formatTable([line('failed', 'credentials', { found, action: 'Sign in to another account.' })], 100);
  const text = shown.replaceAll(/[^\w:/.-]/g, '');
  for (const word of ['FAILED', 'credentials']) expect(text).toContain(word);
  const columns = shown.split('\n').map((row) => row.split('│').map((cell) => cell.trim()));
  expect(columns.map((cells) => cells[3] ?? '').join('')).toContain(found.replaceAll(/\s/g, '').slice(0, 60));
  expect(columns.map((cells) => cells[5] ?? '').join(' ')).toContain('Sign in to another account.');
});

describe('a check that examined no names', () => {
  it('fails', () => expect(judgeNames('tables', [], [], 'Delete them.').status).toBe('failed'));
});

it.each([
  [10, 0, 10, 'ok'],
  [10, 1, 10, 'failed'],
  [10, undefined, 11, 'failed'],
])('with a quota of %s and %s in use, %s are %s', (granted, used, needed, status) => {
  const look = judgeRoom({ what: 'tables', granted, needed, action: 'Ask.', ...(used !== undefined && { used }) });
  expect(look.status).toBe(status);
});
