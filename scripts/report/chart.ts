export interface Line {
  readonly name: string;
  readonly color: string;
  /** Pairs of seconds since the start, and a value. */
  readonly points: readonly (readonly [number, number])[];
}

const [width, height] = [720, 220];
const [left, right, top, bottom] = [60, 10, 30, 30];

/** A line chart over time, as an SVG that Markdown can embed. */
export function chart(title: string, lines: readonly Line[]): string {
  const all = lines.flatMap((line) => line.points);
  const end = Math.max(1, ...all.map(([seconds]) => seconds));
  const peak = Math.max(1, ...all.map(([, value]) => value));
  const x = (seconds: number) => (left + (seconds / end) * (width - left - right)).toFixed(1);
  const y = (value: number) => (height - bottom - (value / peak) * (height - top - bottom)).toFixed(1);
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(peak * share);
    const label = `<text x="${left - 6}" y="${Number(at) + 4}" text-anchor="end">${Math.round(peak * share)}</text>`;
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#ddd"/>${label}`;
  });
  const drawn = lines.map(({ color, points }) => {
    const path = points.map(([seconds, value]) => `${x(seconds)},${y(value)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
  });
  const legend = lines.map(
    ({ name, color }, index) =>
      `<text x="${width - right - index * 130}" y="18" text-anchor="end" fill="${color}">${name}</text>`,
  );
  const axis = [0, 0.5, 1].map(
    (share) =>
      `<text x="${x(end * share)}" y="${height - 10}" text-anchor="middle">${Math.round(end * share)} s</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
<text x="${left}" y="18" font-weight="bold">${title}</text>
${[...grid, ...axis, ...drawn, ...legend].join('\n')}
</svg>
`;
}

/** Rate per second in each slice of time, from instants in epoch milliseconds. */
export function rates(instants: readonly number[], begunAt: number, sliceSeconds: number): [number, number][] {
  const counts: number[] = [];
  for (const instant of instants) {
    const slice = Math.max(0, Math.floor((instant - begunAt) / 1_000 / sliceSeconds));
    counts[slice] = (counts[slice] ?? 0) + 1;
  }
  return Array.from(counts, (count = 0, slice) => [(slice + 0.5) * sliceSeconds, count / sliceSeconds]);
}
