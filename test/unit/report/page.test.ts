import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Chart, chartFigure } from '../../../scripts/report/chart.ts';
import { rates } from '../../../scripts/report/rates.ts';
import { type Report, sectionsText } from '../../../scripts/report/report.ts';
import { reportPage, writeReportPage } from '../../../scripts/report/report-page.ts';

const chart = (lines: Chart['lines'], more: Partial<Chart> = {}): Chart => ({
  title: 'Orders & more',
  unit: 'orders per second',
  lines,
  ...more,
});

const good: Report = {
  title: 'A sale',
  about: 'Ten orders.',
  success: 'All checks hold.',
  failures: [],
  sections: [
    {
      title: 'Orders',
      table: { head: ['what', 'number'], rows: [['accepted <10>', 10]] },
      notes: ['on a laptop'],
      charts: [chart([{ name: 'accepted', points: [[0.5, 3]] }])],
    },
  ],
};
const made = new Date('2030-01-01T10:20:30Z');

/** The texts of an axis: `y` for the vertical one. */
function ticks(figure: string, axis: 'x' | 'y'): string[] {
  const groups = [...figure.matchAll(/<g [^>]*tabular-nums[^>]*>(.*?)<\/g>/g)].map(([, group = '']) => group);
  const group = groups[axis === 'y' ? 0 : 1] ?? '';
  return [...group.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

describe('a report page', () => {
  it('says first that all checks hold', () => {
    const text = reportPage(good, made);
    expect(text.indexOf('✓ All checks hold.')).toBeLessThan(text.indexOf('<h2>'));
    expect(text).toContain('2030-01-01 10:20 UTC');
    expect(text).toContain('<td class="number">10</td>');
    expect(text).toContain('<p class="note">on a laptop</p>');
  });

  it.each([
    [1, '1 check failed'],
    [2, '2 checks failed'],
  ])('names each of %d failed checks', (count, title) => {
    const failures = Array.from({ length: count }, (_, index) => `I${index} <script>`);
    const text = reportPage({ ...good, failures }, made);
    expect(text).toContain(`✗ ${title}`);
    for (const index of failures.keys()) expect(text).toContain(`<li>I${index} &#60;script&#62;</li>`);
    expect(text).not.toContain(good.success);
  });

  it('escapes what it shows, and requests nothing from elsewhere', () => {
    const text = reportPage({ ...good, title: '<img src="http://evil.example">' }, made);
    expect(text).toContain('accepted &#60;10&#62;');
    expect(text).not.toMatch(/<img|<script|\s(?:src|href)="(?!data:)|@import|url\(/);
  });

  it('is written as one file, at the address that it returns', () => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const address = writeReportPage(good, join(folder, 'new'), 'sale');
    expect(address).toMatch(/^file:.*\/new\/sale\.html$/);
    expect(readFileSync(fileURLToPath(address), 'utf8')).toContain('<!doctype html>');
  });

  it('has its tables and notes in the terminal, too', () => {
    const text = sectionsText(good.sections);
    for (const part of ['Orders', 'accepted <10>', 'on a laptop']) expect(text).toContain(part);
  });
});

describe('a chart', () => {
  it('names its lines, its unit and its time, and describes them in words', () => {
    const text = chartFigure(
      chart([
        {
          name: 'p99 of <posts>',
          points: [
            [1, 2],
            [3, 8.125],
          ],
        },
      ]),
    ).text;
    expect(text).toMatch(/class="key"><svg.*<\/svg> p99 of &#60;posts&#62;/);
    expect(text).toMatch(/role="img"/);
    expect(text).toMatch(/<title id="chart-orders-more-title">Orders &#38; more<\/title>/);
    expect(text).toContain('In orders per second. p99 of &#60;posts&#62;: at most 8.13, after 3 s.');
    expect(text).toContain('>orders per second</text>');
    expect(text).toContain('>seconds since the start</text>');
    expect(text).not.toMatch(/<style|\sstyle=|NaN|undefined/);
  });

  it.each([[0], [0.001], [0.4], [1], [1.5], [2], [3], [7], [99], [1_234], [9_999], [10_500], [25_000], [1_000_000]])(
    'labels its ticks differently, and shortly: up to %d',
    (peak) => {
      const text = chartFigure(
        chart([
          {
            name: 'a',
            points: [
              [0, 0],
              [10, peak],
            ],
          },
        ]),
      ).text;
      const labels = ticks(text, 'y');
      expect(labels.length).toBeGreaterThan(1);
      expect(new Set(labels).size).toBe(labels.length);
      for (const label of labels) expect(label.length).toBeLessThan(7);
    },
  );

  it.each([
    [30, 'seconds', '30'],
    [3_600, 'minutes', '60'],
  ])('counts a run of %d s in %s', (end, unit, last) => {
    const text = chartFigure(
      chart([
        {
          name: 'a',
          points: [
            [0, 1],
            [end, 2],
          ],
        },
      ]),
    ).text;
    expect(text).toContain(`>${unit} since the start</text>`);
    expect(ticks(text, 'x')).toContain(last);
  });

  it('shades the time of a fault', () => {
    const lines = [
      {
        name: 'a',
        points: [
          [0, 1],
          [9, 2],
        ] as const,
      },
    ];
    const text = chartFigure(chart(lines, { spans: [{ name: 'unreachable', from: 2, to: 5 }] })).text;
    expect(text).toContain('<i class="span"></i> unreachable');
    expect(text).toContain('var(--span)');
    expect(text).toContain('unreachable: from 2 s to 5 s.');
  });

  it('has only whole ticks for whole numbers', () => {
    const labels = (peak: number) =>
      ticks(
        chartFigure(
          chart([
            {
              name: 'a',
              points: [
                [0, 0],
                [10, peak],
              ],
            },
          ]),
        ).text,
        'y',
      );
    expect(labels(1)).toEqual(['0', '1']);
    expect(labels(3)).toEqual(['0', '1', '2', '3']);
    expect(labels(0.5)).toEqual(['0', '0.1', '0.2', '0.3', '0.4', '0.5']);
  });

  it('ends with the run, even if its last points are earlier', () => {
    const text = chartFigure(
      chart(
        [
          {
            name: 'a',
            points: [
              [0, 1],
              [2, 1],
            ],
          },
        ],
        { seconds: 20 },
      ),
    ).text;
    expect(ticks(text, 'x')).toContain('20');
  });

  it('says that nothing was measured', () => {
    const text = chartFigure(chart([{ name: 'a', points: [] }])).text;
    expect(text).toContain('Nothing was measured.');
    expect(text).not.toContain('role="img"');
  });

  it('draws a line without points beside one with points', () => {
    const text = chartFigure(
      chart([
        { name: 'a', points: [] },
        { name: 'b', points: [[1, 1]] },
      ]),
    ).text;
    expect(text).toContain('a: nothing. b: at most 1, after 1 s.');
    expect(text).not.toMatch(/NaN|Infinity/);
  });
});

describe('rates', () => {
  it('counts instants per second, by slice', () => {
    expect(rates([1_000, 1_500, 2_900, 7_000], 1_000, 2)).toEqual([
      [1, 1.5],
      [3, 0],
      [5, 0],
      [7, 0.5],
    ]);
  });
});
