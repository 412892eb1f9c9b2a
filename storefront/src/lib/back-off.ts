/** Grows from the first wait to the longest, with 25 % jitter so that pages do not retry in step. */
export function* backOff(firstMs: number, longestMs: number, factor = 2): Generator<number, never> {
  for (let ms = firstMs; ; ms = Math.min(ms * factor, longestMs)) yield ms * (0.75 + Math.random() / 4);
}
