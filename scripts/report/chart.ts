import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from './html.ts';
import type { Points } from './rates.ts';

export interface Line {
  readonly name: string;
  readonly points: Points;
}

/** A period with different conditions, drawn as a shaded area. */
export interface Span {
  readonly name: string;
  /** Seconds since the start. */
  readonly from: number;
  readonly to: number;
}

/** Lines over time; at most four, which differ in colour and in dashes. */
export interface Chart {
  readonly title: string;
  /** Unit of the vertical axis: 'orders per second'. */
  readonly unit: string;
  /** Unit of the horizontal axis; default: seconds or minutes since the start. */
  readonly time?: string;
  /** End of the horizontal axis if later than the last point. */
  readonly seconds?: number;
  readonly lines: readonly Line[];
  readonly spans?: readonly Span[];
}

const size = { width: 720, height: 260, marginTop: 34, marginRight: 28, marginBottom: 44, marginLeft: 58 } as const;
const dashes = ['none', '7 3', '2 3', '9 3 2 3'];
/** Lines with at most this many points get dots, too, because a line alone hides where its points are. */
const mostDots = 40;
/** Longer runs have a time axis in minutes. */
const longSeconds = 1_200;

/** The part of the DOM's type in use: only the storefront has the DOM's types. */
interface SvgElement {
  readonly outerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
  querySelectorAll(selector: string): Iterable<Pick<SvgElement, 'removeAttribute'>>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

// Observable Plot draws SVG without a browser: the page needs no script, and its colours and fonts follow the page.
const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** The chart as a figure with its legend. Colours are the page's custom properties, so that they fit light and dark. */
export function chartFigure(chart: Chart): Html {
  const { title, lines, spans = [] } = chart;
  if (lines.every(({ points }) => points.length === 0))
    return html`<figure class="chart"><figcaption><b>${title}</b></figcaption><p class="note">Nothing was measured.</p></figure>`;
  const keys = lines.map(({ name }, index) => html`<span class="key">${swatch(index)} ${name}</span>`);
  const shaded = [...new Set(spans.map(({ name }) => name))].map(
    (name) => html`<span class="key"><i class="span"></i> ${name}</span>`,
  );
  return html`<figure class="chart"><figcaption><b>${title}</b>${[...keys, ...shaded]}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="${title}">${drawing(chart)}</div></figure>`;
}

function drawing(chart: Chart): Html {
  const svg = plot(chart);
  // The rules would break the pages' content security policy. The pages' own style contains them.
  svg.querySelector('style')?.remove();
  for (const name of ['class', 'height', 'width']) svg.removeAttribute(name);
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  const id = `chart-${chart.title.toLowerCase().replace(/\W+/g, '-')}`;
  const named = { role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, 'font-size': '12' };
  for (const [name, value] of Object.entries(named)) svg.setAttribute(name, value);
  const text = html`<title id="${id}-title">${chart.title}</title><desc id="${id}-desc">${describe(chart)}</desc>`;
  return new Html(svg.outerHTML.replace('>', () => `>${text.text}`));
}

function plot({ unit, time, seconds: least = 0, lines, spans = [] }: Chart): SvgElement {
  const points = lines.flatMap((line) => line.points);
  const instants = [...points.map(([at]) => at), ...spans.map(({ to }) => to)];
  const [begin, end] = [Math.min(0, ...instants), Math.max(least, ...instants)];
  const peak = highest(points)[1];
  // No ticks between whole numbers if all values are whole.
  const whole = points.every(([, value]) => Number.isInteger(value));
  const ticks = whole ? Math.min(5, peak || 1) : 5;
  const [second, axis] = end > longSeconds ? [60, 'minutes'] : [1, 'seconds'];
  const x = (seconds: number) => seconds / second;
  const areas = spans.map(({ from, to }) => Plot.rectX([[x(from), x(to)]], { x1: '0', x2: '1', fill: 'var(--span)' }));
  const both = { labelArrow: 'none', tickFormat: toLabel } as const;
  return Plot.plot({
    ...size,
    document,
    x: { ...both, domain: [x(begin), x(end === begin ? 1 : end)], label: time ?? `${axis} since the start`, ticks: 8 },
    y: {
      ...both,
      domain: [0, peak || 1],
      nice: ticks,
      label: unit,
      ticks,
      grid: true,
    },
    marks: [...areas, Plot.ruleY([0]), ...lines.flatMap((line, index) => markLine(line, index, x))],
  });
}

function markLine({ points }: Line, index: number, x: (seconds: number) => number) {
  const channels = { x: ([at]: Points[number]) => x(at), y: '1', stroke: color(index) };
  const line = Plot.line(points, { ...channels, strokeWidth: 1.75, strokeDasharray: dashes[index] ?? 'none' });
  return points.length <= mostDots ? [line, Plot.dot(points, { ...channels, r: 2, fill: color(index) })] : [line];
}

const color = (index: number) => `var(--line-${(index % dashes.length) + 1})`;

const swatch = (index: number) =>
  html`<svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><path d="M0 4h28" stroke="${color(index)}" stroke-width="2.5" stroke-dasharray="${dashes[index] ?? 'none'}"/></svg>`;

const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const large = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

/** Short enough for the margin, without rounding two ticks to the same text. */
const toLabel = (value: number): string => (value >= 10_000 ? large : small).format(value);

function highest(points: Points): Points[number] {
  return points.reduce((most, point) => (point[1] > most[1] ? point : most), points[0] ?? [0, 0]);
}

/** The chart's content in words. */
function describe({ unit, lines, spans = [] }: Chart): string {
  const round = (value: number) => small.format(Number(value.toPrecision(3)));
  const shown = lines.map(({ name, points }) => {
    const [at, value] = highest(points);
    return `${name}: ${points.length === 0 ? 'nothing' : `at most ${round(value)}, after ${round(at)} s`}`;
  });
  const shaded = spans.map(({ name, from, to }) => `${name}: from ${round(from)} s to ${round(to)} s`);
  return `${[`In ${unit}`, ...shown, ...shaded].join('. ')}.`;
}
