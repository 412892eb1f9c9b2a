import { atLeastOne, atMost, type Finding, noneWrong } from '../../report/finding.ts';
import { countOrders, judgeCancels, judgeRepetitions } from '../../sale/judge/placing.ts';
import { judgeInvariants } from '../../sale/judge/sale.ts';
import { byStatus } from '../../sale/place-orders.ts';
import type { SoakResult } from './soak.ts';

/** Minimum share of accepted orders for a meaningful soak. */
const leastAccepted = 0.9;
/** Maximum dead letters per order: five receives in a row must fail, which is rare even at this fault rate. */
const mostDeadLetters = 0.01;

/** Number of orders whose client gave up without a 202, so that nothing was promised and nothing can be lost. */
export function countGivenUp({ options, placing }: Pick<SoakResult, 'options' | 'placing'>): number {
  return options.orders - countOrders(placing);
}

/** Judges all guarantees of a soak. */
export function judgeSoak(result: SoakResult): Finding[] {
  const { placing, snapshot, verdicts, faults, kills } = result;
  const count = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  return [
    ...judgeInvariants(verdicts),
    ...judgePosts(result),
    noneWrong('answers that state what was bought', placing.placed.length, placing.misstated),
    ...judgeRepetitions(result),
    ...judgeCancels(result, true),
    atLeastOne('orders fulfilled', count('FULFILLED')),
    atLeastOne('orders rejected', count('REJECTED')),
    ...judgeDeadLetters(result),
    ...faults.map(({ kind, injected }) => atLeastOne(`calls hit by '${kind}'`, injected)),
    atLeastOne('kinds of faults', faults.length),
    atLeastOne('workers killed', kills.length),
  ];
}

/** Clients may give up on a post while calls fail. Any other rejection of a valid order is wrong. */
function judgePosts({ options, placing }: SoakResult): Finding[] {
  const accepted = countOrders(placing);
  const allowed = [202, 429, 500, 502, 503, 504];
  return [
    {
      what: 'orders accepted',
      measured: `${accepted} of ${options.orders}`,
      limit: `at least ${leastAccepted * 100} %`,
      holds: accepted >= options.orders * leastAccepted,
    },
    {
      what: 'last answers to posts',
      measured: byStatus(placing.statuses),
      limit: `only ${allowed.join(', ')}`,
      holds: placing.statuses.size > 0 && [...placing.statuses.keys()].every((status) => allowed.includes(status)),
    },
  ];
}

function judgeDeadLetters({ options, deadLetters }: SoakResult): Finding[] {
  const unexplained = deadLetters.filter(({ reason }) => reason === undefined);
  return [
    atMost('dead letters', deadLetters.length, Math.ceil(options.orders * mostDeadLetters), 'messages'),
    {
      what: 'dead letters whose receives are not all in the log as faults',
      measured:
        unexplained.length === 0
          ? '0'
          : `${unexplained.length}: ${unexplained.map(({ body, failures }) => `${body}, log: ${failures}`).join('; ')}`,
      limit: '0',
      holds: unexplained.length === 0,
    },
  ];
}
