import { randomUUID } from 'node:crypto';
import type { LeaseStore } from '../ports/lease.ts';
import { runAlone } from '../resilience/lease.ts';
import { deadlineMarginMs } from '../runtime/batch.ts';
import { milliseconds } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { continueTrace, spanIdOf, traceIdOf } from '../runtime/trace.ts';
import { type SweepPorts, sweepStep } from './sweep-orders.ts';

/** Set per stage. */
export const sweeperEnv = { STUCK_MS: milliseconds.min(1), CANCELLABLE_MS: milliseconds };

/** The maximum run time of an invocation, so that another starts only after a crash. */
const leaseMs = 60_000;

export interface SweeperPorts extends Omit<SweepPorts, 'continueTrace' | 'onSwept'> {
  readonly leases: LeaseStore;
}

/** Sweeps the open orders unless another worker does. Stops when time runs short; the next invocation continues. */
export async function sweepAlone({ leases, ...ports }: SweeperPorts, remainingMs: () => number): Promise<void> {
  const all: SweepPorts = {
    ...ports,
    continueTrace,
    onSwept: ({ orderId, state, changedAt }, traceparent) =>
      logger.warn('order swept', {
        ...{ traceId: traceIdOf(traceparent), spanId: spanIdOf(traceparent), orderId, state },
        idleMs: Date.parse(ports.clock.now()) - Date.parse(changedAt),
      }),
  };
  const isAlone = await runAlone(
    { name: 'sweeper', holder: randomUUID(), store: leases, clock: ports.clock, leaseMs },
    async (lease) => remainingMs() >= deadlineMarginMs && sweepStep(lease, all),
  );
  if (!isAlone) logger.info('another worker is sweeping');
}
