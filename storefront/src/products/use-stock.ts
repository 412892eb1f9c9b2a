import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { backOff } from '../lib/back-off.ts';
import { useShop } from '../shop.ts';

/** An estimate of the stock. */
export interface Stock {
  readonly left: number;
  readonly supplied: number;
  /** When the estimate was correct, in `performance.now()` milliseconds. */
  readonly asOf: number;
}

const pollMs = 3_000;

/** Polls every few seconds while the element is visible. */
export function useStock(sku: string, seen: boolean): Stock | undefined {
  const { client, pauses } = useShop();
  const [stock, setStock] = useState<Stock | undefined>();
  useEffect(() => {
    let ended = !seen;
    const ask = async () => {
      let waits = backOff(pollMs, 30_000);
      while (!ended) {
        const answer = await client.stock(sku);
        if (ended) return;
        if (answer.ok) {
          const { left, supplied } = answer.body;
          setStock({ left, supplied, asOf: performance.now() - answer.ageMs });
          waits = backOff(pollMs, 30_000);
        }
        await pauses.for((answer.ok ? undefined : answer.failure.waitMs) ?? waits.next().value);
      }
    };
    void ask();
    return () => {
      ended = true;
    };
  }, [sku, seen, client, pauses]);
  return stock;
}

/** Whether an element is on screen in a visible tab. */
export function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  const [shown, setShown] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setShown(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false));
    if (element.current) observer.observe(element.current);
    return () => {
      document.removeEventListener('visibilitychange', look);
      observer.disconnect();
    };
  }, [element]);
  return near && shown;
}
