import { type UnreadableRow, unreadableRows } from '../contracts/readable-rows.ts';
import { logger } from './log.ts';
import { hasStoredMetrics, meter, metrics } from './meter.ts';

const maxRemembered = 1_000;
const reported = new Set<string>();

unreadableRows.subscribe(function report(message) {
  const { row, error } = message as UnreadableRow;
  meter.count('UnreadableRows');
  if (reported.has(row)) return;
  // Logged once in an environment: a list may be read a thousand times a second.
  if (reported.size < maxRemembered) reported.add(row);
  logger.error('unreadable row: this version cannot read it', { row, error });
});

/** Publishes metrics after each call, also a failed one; for hosts that run many calls in one process. */
export function observed<Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) {
  return async (...given: Arguments): Promise<Result> => {
    try {
      return await work(...given);
    } finally {
      publishMetrics();
    }
  };
}

export function publishMetrics(): void {
  if (hasStoredMetrics()) metrics.publishStoredMetrics();
}
