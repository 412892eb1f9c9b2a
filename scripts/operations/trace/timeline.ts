import { traceIdOf } from '../../../functions/runtime/trace.ts';
import { type LogLine, numberOf, textOf } from '../../platform/tracing/log-line.ts';
import type { Found, Step, StoredOrder } from './step.ts';
import { seconds, stepsOfLine } from './steps-of-lines.ts';

/** The steps of an order, oldest first. */
export interface Timeline {
  readonly orderId: string;
  readonly state: string;
  /** The trace of the first request, then those of later requests about the order. */
  readonly traces: readonly string[];
  readonly steps: readonly Step[];
  readonly totals: Totals;
  /** Remarks for the reader, such as where the order is stuck. */
  readonly notes: readonly string[];
}

/** Durations in milliseconds, and counts. */
export interface Totals {
  readonly wholeMs: number;
  readonly waitedMs: number;
  readonly workedMs: number;
  readonly partnerMs: number;
  readonly reads: number;
  readonly retries: number;
  readonly postponed: number;
  readonly deadLetters: number;
  readonly swept: number;
}

export function toTimeline(found: Found): Timeline {
  const { orderId, stored } = found;
  const lines = found.lines.toSorted((a, b) => a.at - b.at);
  const told = lines.filter((line) => !isRead(line)).flatMap((line) => stepsOfLine(line, decidedAt(line, stored)));
  const steps = [...told, ...busSteps(lines), ...storeSteps(stored), ...bookSteps(found)];
  // A state is stored at the end of the work that caused it.
  const sorted = steps.toSorted((a, b) => a.at - b.at || endOf(b) - endOf(a));
  const notes = [...stuckNotes(found, lines), ...missingNotes(found, lines)];
  const state = stored?.state ?? 'unknown';
  return { orderId, state, traces: tracesOf(found, lines), steps: sorted, totals: totalsOf(sorted, lines), notes };
}

/** A customer's read changes nothing, and may come much later. */
const isRead = (line: LogLine) =>
  line.message === 'answered' && /^(getOrder|listOrders)$/.test(textOf(line, 'route') ?? '');

/** When the partner's answer was stored, which happens directly after it; undefined if this line led to none. */
function decidedAt(line: LogLine, stored: StoredOrder | undefined): number | undefined {
  const begun = line.at - (numberOf(line, 'ms') ?? 0);
  const decisions = (stored?.events ?? []).filter(({ type }) => /^Order(Fulfilled|Cancelled)$/.test(type));
  return decisions.map(({ at }) => Date.parse(at)).find((at) => at >= begun && at <= line.at);
}

const endOf = ({ at, ms }: Step) => at + ms;
const firstLine = (lines: readonly LogLine[], message: string) => lines.find((line) => line.message === message);

function tracesOf({ stored }: Found, lines: readonly LogLine[]): string[] {
  const first = stored?.traceparent && traceIdOf(stored.traceparent);
  return [...new Set([first, ...lines.map((line) => textOf(line, 'traceId'))])].filter((id) => id !== undefined);
}

/** Time from publishing an event until it is in the fulfilment queue. */
function busSteps(lines: readonly LogLine[]): Step[] {
  const published = lines.find((line) => line.message === 'counted' && textOf(line, 'type') === 'OrderConfirmed');
  const taken = lines.find((line) => line.service === 'fulfilment' && numberOf(line, 'waitedMs') !== undefined);
  if (!published || !taken) return [];
  const sentAt = taken.at - (numberOf(taken, 'ms') ?? 0) - (numberOf(taken, 'waitedMs') ?? 0);
  const ms = Math.max(0, sentAt - published.at);
  return [{ kind: 'wait', where: 'bus', what: 'delivers OrderConfirmed', at: published.at, ms }];
}

function storeSteps(stored: StoredOrder | undefined): Step[] {
  if (!stored) return [];
  const all = [{ type: 'OrderAccepted', version: 1, at: stored.acceptedAt }, ...stored.events];
  return all.map(({ type, version, at }) => ({
    ...{ kind: 'state', where: 'store', at: Date.parse(at), ms: 0 },
    what: `${type}, version ${version} of the order`,
  }));
}

function bookSteps({ partner }: Found): Step[] {
  if (!partner) return [];
  const what = `books it as ${partner.state}; asked ${partner.asked === 1 ? 'once' : `${partner.asked} times`}`;
  return [{ kind: 'state', where: 'partner', what, at: Date.parse(partner.at), ms: 0 }];
}

function totalsOf(steps: readonly Step[], lines: readonly LogLine[]): Totals {
  const sum = (kind: Step['kind']) => steps.reduce((all, step) => all + (step.kind === kind ? step.ms : 0), 0);
  const count = (test: (line: LogLine) => boolean) => lines.filter(test).length;
  const begun = Math.min(...steps.map(({ at }) => at));
  return {
    wholeMs: steps.length === 0 ? 0 : Math.max(...steps.map(endOf)) - begun,
    waitedMs: sum('wait'),
    workedMs: sum('work'),
    partnerMs: sum('partner'),
    reads: count(isRead),
    retries: countRetries(lines),
    postponed: count(({ message }) => message === 'postponed'),
    deadLetters: count(({ message }) => message === 'dead letter'),
    swept: count(({ message }) => message === 'order swept'),
  };
}

/**
 * A finished step's line has its number of receives. A step that failed last, and each event, has a line per failure.
 */
function countRetries(lines: readonly LogLine[]): number {
  const failed = (line: LogLine) => /redelivered/.test(line.message);
  const receives = (line: LogLine) => numberOf(line, 'receives') ?? 1;
  const finished = lines.filter((line) => !failed(line)).reduce((sum, line) => sum + receives(line) - 1, 0);
  const last = lines.findLast((line) => line.service === 'settlement' || line.service === 'fulfilment');
  const events = lines.filter((line) => failed(line) && line.service === 'projection').length;
  return finished + events + (last && failed(last) ? receives(last) : 0);
}

/** A queue moves a message to its dead-letter queue without a log line. */
function stuckNotes({ maxReceives, stored }: Found, lines: readonly LogLine[]): string[] {
  const last = lines.findLast((line) => line.service === 'settlement' || line.service === 'fulfilment');
  if (!last) return [];
  const receives = numberOf(last, 'receives') ?? 0;
  if (last.message === 'dead letter')
    return [`its last message is a dead letter of ${last.service}: npm run redrive -- --service ${last.service}`];
  if (/redelivered/.test(last.message) && receives >= maxReceives)
    return [
      `${last.service} received the message ${receives} times, at most ${maxReceives}: its queue has moved it to the dead letters: npm run redrive -- --service ${last.service}`,
    ];
  const isFinal = stored === undefined || /^(REJECTED|FULFILLED|CANCELLED)$/.test(stored.state);
  return isFinal ? [] : [`it has been ${stored.state} since ${stored.changedAt}`];
}

function missingNotes({ stored }: Found, lines: readonly LogLine[]): string[] {
  if (!stored) return ['the store has no such order: it was never accepted, or it belongs to another stage'];
  return firstLine(lines, 'answered') ? [] : ['the line of its first request is missing: the log no longer has it'];
}

/** Human-readable summary: the total duration and its parts. */
export function describeTotals({ wholeMs, waitedMs, workedMs, partnerMs, ...counts }: Totals): string {
  const { retries, postponed, deadLetters, swept, reads } = counts;
  const times = `${seconds(wholeMs)} in total: ${seconds(waitedMs)} in queues, stream and bus, ${seconds(workedMs)} of the workers, ${seconds(partnerMs)} of it at the partner`;
  return `${times}; retries ${retries}, postponed ${postponed}, dead letters ${deadLetters}, swept ${swept}, read ${reads} times`;
}
