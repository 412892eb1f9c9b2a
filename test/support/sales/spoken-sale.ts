import { vi } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import { deadLetters, eventBus, fulfilmentQueue } from '../../../functions/adapters/memory/messaging.ts';
import { fulfilMessage } from '../../../functions/fulfilment/messages.ts';
import { intakeApi } from '../../../functions/intake/api.ts';
import type { EventBus } from '../../../functions/ports/messaging.ts';
import type { Partner } from '../../../functions/ports/partner.ts';
import { projectEvents } from '../../../functions/projection/events.ts';
import { logger } from '../../../functions/runtime/log.ts';
import { continueTrace } from '../../../functions/runtime/trace.ts';
import { settleMessages } from '../../../functions/settlement/messages.ts';
import { sweepAlone } from '../../../functions/sweeper/policies.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { type LogLine, parseLogLine } from '../../../scripts/platform/tracing/log-line.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { offer } from '../actions.ts';
import { memoryPartner } from '../memory-partner.ts';
import { memorySystem } from '../memory-system.ts';

export type SpokenLine = Readonly<Record<string, unknown>> & { readonly message: string };

/** Collects the functions' lines instead of writing them, until mocks are restored. */
export function hearLines(): SpokenLine[] {
  const lines: SpokenLine[] = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(logger, level).mockImplementation((message, ...fields) => {
      lines.push({ timestamp: new Date().toISOString(), level, message: String(message), ...(fields[0] as object) });
    });
  }
  return lines;
}

/** Queue and stream of the local platform add 40 ms. */
const queuedMs = 40;

/** The functions of a sale as their entries call them, over stores in memory. Each step needs the steps before. */
export async function spokenSale({ units = 10, partner = memoryPartner().partner, giveUpMs = 60_000 } = {}) {
  const system = memorySystem();
  const { state } = system;
  await offer(system, units, { shards: 1 });
  const ports = groupPorts(system);
  const api = intakeApi(ports, { authenticate: async () => ({ customer: 'ada', admin: false }) });
  let projected = 0;

  async function request(method: string, rawPath: string, headers: Record<string, string> = {}, body?: object) {
    const all = { 'content-type': 'application/json', ...headers };
    const answer = await api(
      requestEvent({ rawPath, method, headers: all, ...(body && { body: JSON.stringify(body) }) }),
    );
    return {
      status: answer.statusCode,
      traceId: answer.headers?.['x-trace-id'],
      body: JSON.parse(answer.body ?? '{}'),
    };
  }

  return {
    state,
    ports,
    request,
    place: (key: string, headers = {}) =>
      request('POST', '/orders', { 'idempotency-key': key, ...headers }, { sku: 'lamp', quantity: 1 }),
    settle: (receives = 1, bodies = state.queue.splice(0).map((one) => JSON.stringify(one))) =>
      settleMessages(
        bodies.map((body, index) => ({ body, messageId: `m${index}`, delivery: deliveryOf(receives) })),
        ports,
      ),
    project(bus: EventBus = eventBus(state)) {
      const events = state.events.slice(projected);
      projected = state.events.length;
      return projectEvents(events, { ...ports, bus });
    },
    fulfil: () => fulfilAll(system, ports, { partner, giveUpMs }),
    sweep: () => sweepAlone({ ...ports, ...sweeperPorts(system) }, () => 60_000),
  };
}

const deliveryOf = (receives: number) => ({ sentAtMs: Date.now() - queuedMs, receives });

function groupPorts({ ports, state }: ReturnType<typeof memorySystem>) {
  return {
    ...ports,
    deadLetters: deadLetters(state),
    glances: { find: (orderId: string) => ports.orders.find(orderId) },
    continueTrace,
    requireTime: () => {},
    remainingMs: () => 60_000,
    ledger: {
      ...ports.ledger,
      maxPerTransaction: () => 1,
      maxRejections: 1,
      async commitTogether(transitions: Parameters<typeof ports.ledger.commit>[0][]) {
        const [only] = transitions;
        const outcome = only ? await ports.ledger.commit(only) : 'committed';
        return outcome === 'committed'
          ? outcome
          : { stale: new Set<string>(), overLimit: new Set<string>(), isShort: outcome === 'insufficient stock' };
      },
    },
    views: {
      ...ports.views,
      maxPerTransaction: 1,
      countedOf: async (ids: readonly string[]) => ids.flatMap((id) => state.counted.get(id) ?? []),
      countTogether: async () => 'not batched' as const,
    },
  };
}

async function fulfilAll(
  { ports, state }: ReturnType<typeof memorySystem>,
  more: ReturnType<typeof groupPorts>,
  change: { readonly partner: Partner; readonly giveUpMs: number },
): Promise<void> {
  const confirmed = state.bus.splice(0).filter(({ type }) => type === 'OrderConfirmed');
  const waiting = [...confirmed, ...state.fulfilments.splice(0).map(({ request }) => request)];
  const all = { ...ports, ...more, ...change, queue: fulfilmentQueue(state), random: () => 0, cancellableMs: 0 };
  for (const one of waiting) {
    const message = { body: JSON.stringify(one), messageId: 'f', delivery: deliveryOf(1) };
    await fulfilMessage(message, { ...all, gate: { pass: (work) => work() } });
  }
}

function sweeperPorts({ state }: ReturnType<typeof memorySystem>) {
  const { store, notes } = leases();
  const late = () => new Date(Date.parse('2026-11-27T10:00:00.000Z')).toISOString();
  return {
    ...{ leases: store, notes, fulfilments: fulfilmentQueue(state), clock: { now: late } },
    ...{ stuckMs: 1_000, cancellableMs: 0 },
  };
}

const speakers: Readonly<Record<string, Service>> = {
  answered: 'intake',
  settled: 'settlement',
  counted: 'projection',
  fulfilment: 'fulfilment',
  postponed: 'fulfilment',
  'order swept': 'sweeper',
};

/** The lines as the platform reads them; one invocation for each service. */
export function toLogLines(lines: readonly SpokenLine[]): LogLine[] {
  return lines.flatMap((line) => {
    const service = speakers[line.message] ?? 'settlement';
    const id = `00000000-0000-4000-8000-${Buffer.from(service).toString('hex').slice(0, 12)}`;
    const invocation = { function_request_id: service === 'intake' ? line.spanId : id, function_name: service };
    return parseLogLine(service, JSON.stringify({ ...line, ...invocation, cold_start: false }, asPowertools)) ?? [];
  });
}

/** Powertools writes an error as an object. */
const asPowertools = (_: string, value: unknown) =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
