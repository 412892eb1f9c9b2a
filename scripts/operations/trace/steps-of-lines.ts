import type { Service } from '../../../stacks/model/services.ts';
import { type LogLine, numberOf, textOf } from '../../platform/tracing/log-line.ts';
import type { Step } from './step.ts';

/** Queue or stream that delivers messages to each worker. */
export const carriers: Partial<Record<Service, string>> = {
  settlement: 'order queue',
  projection: 'stream',
  fulfilment: 'fulfilment queue',
};

const requests: Readonly<Record<string, string>> = {
  placeOrder: 'POST /orders',
  getOrder: 'GET /orders/{orderId}',
  listOrders: 'GET /orders',
  cancelOrder: 'DELETE /orders/{orderId}',
};

/**
 * The steps that a line describes. A line of an unknown kind becomes a step of its own.
 *
 * @param answeredAt when the partner had answered; default: the end of the line's work
 */
export function stepsOfLine(line: LogLine, answeredAt = line.at): Step[] {
  return (readers[line.message] ?? readOther)(line, answeredAt);
}

const readers: Readonly<Record<string, (line: LogLine, answeredAt: number) => Step[]>> = {
  answered: (line) => {
    const route = textOf(line, 'route') ?? '';
    return [workOf(line, 'request', `${requests[route] ?? route}: ${numberOf(line, 'status')}`)];
  },
  settled: (line) => carried(line, textOf(line, 'settlement') ?? ''),
  counted: (line) => carried(line, `counts and publishes ${textOf(line, 'type')}`),
  fulfilment: (line, answeredAt) => [...carried(line, textOf(line, 'result') ?? ''), ...partnerCall(line, answeredAt)],
  postponed: (line) => [
    ...carried(line, 'cannot hand over'),
    ...partnerCall(line, line.at),
    trouble(line, `postponed by ${seconds(numberOf(line, 'delayMs') ?? 0)}: ${textOf(line, 'error')}`),
  ],
  'dead letter': (line) => [trouble(line, `dead letter: ${textOf(line, 'reason')}`)],
  'order swept': (line) => [
    trouble(line, `sends it again: ${textOf(line, 'state')} for ${seconds(numberOf(line, 'idleMs') ?? 0)}`),
  ],
};

function readOther(line: LogLine): Step[] {
  const receives = numberOf(line, 'receives');
  const error = errorOf(line);
  const parts = [line.message, receives && `receive ${receives}`, error].filter(Boolean).join('; ');
  return [line.level === 'INFO' ? workOf(line, 'work', parts) : trouble(line, parts)];
}

/** The wait before a worker's step, and its work. */
function carried(line: LogLine, what: string): Step[] {
  const waitedMs = numberOf(line, 'waitedMs');
  const receives = numberOf(line, 'receives') ?? 1;
  const again = receives > 1 ? `, receive ${receives}` : '';
  const work = workOf(line, 'work', what);
  if (waitedMs === undefined) return [work];
  const where = carriers[line.service] ?? 'queue';
  return [
    { kind: 'wait', where, what: `waits for ${line.service}${again}`, at: work.at - waitedMs, ms: waitedMs },
    work,
  ];
}

function partnerCall(line: LogLine, end: number): Step[] {
  const ms = numberOf(line, 'partnerMs');
  return ms === undefined ? [] : [{ kind: 'partner', where: 'partner', what: 'is asked', at: end - ms, ms }];
}

function workOf(line: LogLine, kind: Step['kind'], what: string): Step {
  const ms = numberOf(line, 'ms') ?? 0;
  return { kind, where: line.service, what, at: line.at - ms, ms, ...(line.version && { version: line.version }) };
}

function trouble(line: LogLine, what: string): Step {
  return { ...workOf(line, 'trouble', what), at: line.at, ms: 0 };
}

function errorOf({ fields: { error } }: LogLine): string | undefined {
  if (typeof error === 'string') return error;
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;
