import { randomUUID } from 'node:crypto';
import type { LeaseStore } from '../ports/lease.ts';
import { runAlone } from '../resilience/lease.ts';
import { deadlineMarginMs } from '../runtime/batch.ts';
import { milliseconds } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { type SweepPorts, sweepStep } from './sweep-orders.ts';

/** What a stage decides. */
export const sweeperEnv = { STUCK_MS: milliseconds.min(1), CANCELLABLE_MS: milliseconds };

/** As long as an invocation may run, so that another one begins only after a crash. */
const leaseMs = 60_000;

export interface SweeperPorts extends Omit<SweepPorts, 'beginTrace' | 'onSwept' | 'onUnreadable'> {
  readonly leases: LeaseStore;
}

/** Sweeps the open orders, unless somebody else does. With little time left it ends; the next invocation goes on there. */
export async function sweepAlone({ leases, ...ports }: SweeperPorts, remainingMs: () => number): Promise<void> {
  const all: SweepPorts = {
    ...ports,
    beginTrace: () => continueTrace(undefined),
    onSwept: ({ orderId, state }, traceparent) =>
      logger.warn('order swept', { traceId: traceIdOf(traceparent), orderId, state }),
    onUnreadable: (orderId, error) => logger.error('an order cannot be read', { orderId, error }),
  };
  const isAlone = await runAlone(
    { name: 'sweeper', holder: randomUUID(), store: leases, clock: ports.clock, leaseMs },
    async (lease) => remainingMs() >= deadlineMarginMs && sweepStep(lease, all),
  );
  if (!isAlone) logger.info('somebody else sweeps');
}
