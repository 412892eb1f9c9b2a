import type { Random } from '../random.ts';

/**
 * Init duration of an empty function, milliseconds: nodejs24.x, zip, arm64, 1,024 MB, 764 starts from June to August
 * 2026. It does not depend on the memory. https://github.com/maxday/lambda-perf
 */
export const initMs = [
  [0, 77.8],
  [0.01, 92.2],
  [0.05, 96.3],
  [0.1, 99.7],
  [0.25, 109.3],
  [0.5, 125.4],
  [0.75, 131.4],
  [0.9, 137],
  [0.95, 144.1],
  [0.99, 180.7],
  [0.995, 199.2],
  [1, 501.2],
] as const;

export const initSource = {
  source: 'https://github.com/maxday/lambda-perf',
  date: '2026-08-22',
  mark: 'measured',
} as const;

/** Draws an init duration in seconds, by the inverse of the distribution. */
export function drawInit(random: Random): number {
  return initAt(random.uniform()) / 1_000;
}

/** Milliseconds at a quantile of the starts. */
export function initAt(share: number): number {
  const high = Math.max(
    1,
    initMs.findIndex(([at]) => at >= share),
  );
  const [[a, from], [b, to]] = [initMs[high - 1] ?? [0, 0], initMs[high] ?? [1, 0]];
  return from + ((to - from) * (share - a)) / (b - a);
}
