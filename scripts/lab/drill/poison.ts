import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Chart } from '../../report/chart.ts';
import type { Finding } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import { findDeadLetters } from '../../sale/dead-letters.ts';
import { toClientConfig } from '../../sale/deployed-quiescence.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { openWorkQueues } from '../../sale/soak-conditions.ts';
import { accepted, type Visit } from './customers.ts';
import type { Drill, DrillSystem } from './drill.ts';
import { percent } from './drill.ts';
import { pace } from './pace.ts';
import { waitUntilEmpty, warmUp } from './peak.ts';
import { openSale, settledTimes } from './sale.ts';

const poisonShare = 0.1;
const steadyRate = 8;
const turns = 4;
const limits = { slower: 2 } as const;
const namedWithinMs = 60_000;

interface Poison {
  readonly body: string;
  /** Reason expected on the dead letter. */
  readonly reason: string;
}

/** One message in ten is poison. */
export const poison: Drill = async (system, { seconds, peak, say }) => {
  const rate = peak ?? steadyRate;
  const sale = await openSale(system, 'poison', [{ name: 'lamp', units: 1_000_000 }]);
  const queue = openWorkQueues(system);
  const sqs = new SQSClient(toClientConfig(system));
  const sent: Poison[] = [];
  const order = (at: number) => sale.order({ sku: sale.skus[0] ?? '', at, patienceMs: 30_000 });
  const sendPoison = async () => {
    const one = buildPoison(sent.length);
    sent.push(one);
    await sqs.send(new SendMessageCommand({ QueueUrl: system.outputs.OrderQueueUrl, MessageBody: one.body }));
  };
  const every = 1 / poisonShare - 1;
  try {
    await warmUp(sale, queue);
    const phases: Phase[] = [];
    // Alternate, so that temporary load on the machine affects both.
    for (let turn = 0; turn < turns; turn++) {
      const poisoned = turn % 2 === 1;
      say(`${rate} orders per second ${poisoned ? 'with' : 'without'} poison, for ${seconds / turns} s`);
      const first = sale.visits.length;
      await pace(
        rate,
        (now) => now < seconds / turns,
        async (index, at) => {
          await Promise.all([order(at), poisoned && index % every === 0 && sendPoison()]);
        },
      );
      await waitUntilEmpty(queue);
      phases.push({ poisoned, visits: sale.visits.slice(first) });
    }
    const letters = await readLetters(system, sent);
    const snapshot = await sale.stores(120_000);
    const settled = settledTimes(snapshot);
    const kept = await sale.judge(snapshot, new Set(sent.map(({ body }) => body)));
    return buildResult({ phases, settled, sent, letters, kept });
  } finally {
    sqs.destroy();
    queue.close();
  }
};

interface Phase {
  readonly poisoned: boolean;
  readonly visits: readonly Visit[];
}

/** Kinds alternate; each body is unique, so that its dead letter can be identified. */
function buildPoison(index: number): Poison {
  const id = randomUUID();
  const known = { v: 1, traceparent: `00-${id.replaceAll('-', '')}-00f067aa0ba902b7-01` };
  const unknownOrder = `${id.slice(0, 14)}5${id.slice(15)}`;
  const kinds: readonly Poison[] = [
    { body: `not JSON ${id}`, reason: 'MALFORMED_MESSAGE' },
    { body: JSON.stringify({ ...known, orderId: unknownOrder }), reason: 'UNKNOWN_ORDER' },
    { body: JSON.stringify({ ...known, orderId: unknownOrder, v: 99 }), reason: 'MALFORMED_MESSAGE' },
    { body: JSON.stringify({ ...known, orderId: `'; DROP ${id}` }), reason: 'MALFORMED_MESSAGE' },
    { body: JSON.stringify([known, id]), reason: 'MALFORMED_MESSAGE' },
  ];
  return kinds[index % kinds.length] as Poison;
}

/** Reads dead-letter reasons by body, until all poison is found or time is up. */
async function readLetters(system: DrillSystem, sent: readonly Poison[]): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  const end = Date.now() + namedWithinMs;
  for (;;) {
    for (const { body, noted } of (await findDeadLetters(system)).values()) found.set(body, noted);
    if (sent.every(({ body }) => found.has(body)) || Date.now() > end) return found;
    await sleep(1_000);
  }
}

function namedFinding(sent: readonly Poison[], letters: ReadonlyMap<string, string | undefined>): Finding {
  const rightly = sent.filter(({ body, reason }) => letters.get(body) === reason);
  return {
    what: 'poison among the dead letters, its cause named',
    measured: `${rightly.length} of ${sent.length}`,
    limit: 'all',
    holds: sent.length > 0 && rightly.length === sent.length,
  };
}

/** Milliseconds from the click until the order was settled. */
function settledIn(visits: readonly Visit[], settled: ReadonlyMap<string, number>): number[] {
  return visits.flatMap(({ orderId = '', clickedAt }) => {
    const at = settled.get(orderId);
    return at === undefined ? [] : [at - clickedAt];
  });
}

interface Seen {
  readonly phases: readonly Phase[];
  readonly settled: ReadonlyMap<string, number>;
  readonly sent: readonly Poison[];
  readonly letters: ReadonlyMap<string, string | undefined>;
  readonly kept: readonly Finding[];
}

function buildResult({ phases, settled, sent, letters, kept }: Seen) {
  const visitsOf = (poisoned: boolean) =>
    phases.filter((phase) => phase.poisoned === poisoned).flatMap(({ visits }) => visits);
  const good = accepted(visitsOf(true));
  const done = settledIn(good, settled);
  const p90 = (poisoned: boolean) => percentiles(settledIn(visitsOf(poisoned), settled)).p90;
  const findings: Finding[] = [
    {
      what: 'good orders settled despite the poison',
      measured: `${done.length} of ${good.length}`,
      limit: 'all',
      holds: good.length > 0 && done.length === good.length,
    },
    delayFinding(p90(true) / p90(false)),
    namedFinding(sent, letters),
    ...kept,
  ];
  const reasons = Map.groupBy(sent, ({ body }) => letters.get(body) ?? 'none');
  return {
    hypothesis: `With ${percent(poisonShare, 1)} poison in the queue, every good order is settled without noticeable delay, and each poison message ends in the dead-letter queue with its cause.`,
    findings,
    facts: [
      ['good orders without and with poison', `${visitsOf(false).length}, ${visitsOf(true).length}`],
      ['poison messages', `${sent.length}`],
      ['causes', [...reasons].map(([reason, all]) => `${all.length} x ${reason}`).join(', ')],
      [
        'p90 from click to settlement, without and with poison',
        `${p90(false).toFixed(0)} ms, ${p90(true).toFixed(0)} ms`,
      ],
    ] as const,
    notes: ['Poison goes straight into the queue: no client can send it through the API.'],
    charts: buildCharts(phases, [...settled.values()]),
  };
}

function delayFinding(times: number): Finding {
  return {
    what: 'p90 from click to settlement',
    measured: `${times.toFixed(2)} times the value without poison`,
    limit: `at most ${limits.slower} times`,
    holds: times <= limits.slower,
    timing: true,
  };
}

function buildCharts(phases: readonly Phase[], settled: readonly number[]): readonly Chart[] {
  const clicksOf = (phase: Phase) => phase.visits.map(({ clickedAt }) => clickedAt);
  const clicks = phases.flatMap(clicksOf);
  const begunAt = Math.min(...clicks);
  const since = (at: number) => (at - begunAt) / 1_000;
  const poisoned = phases.filter((phase) => phase.poisoned && phase.visits.length > 0).map(clicksOf);
  const counted = settled.filter((at) => at >= begunAt);
  return [
    {
      title: 'Orders, in turn without and with poison',
      unit: 'orders per second',
      lines: [
        { name: 'clicked', points: rates(clicks, begunAt, 1) },
        { name: 'settled', points: rates(counted, begunAt, 1) },
      ],
      spans: poisoned.map((some) => ({
        name: 'with poison',
        from: since(Math.min(...some)),
        to: since(Math.max(...some)),
      })),
    },
  ];
}
