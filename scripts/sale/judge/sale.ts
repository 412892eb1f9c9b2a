import { allOf, atLeastOne, atMost, type Finding, noneWrong } from '../../report/finding.ts';
import { judgeBrowsing } from '../browse-report.ts';
import type { DeadLetter } from '../check/dead-letter.ts';
import { holds, type Verdict } from '../check/invariants.ts';
import type { Tried } from '../hostile-input.ts';
import type { PartnerRecord, SaleResult } from '../sale.ts';
import { demandOf } from '../workload.ts';
import { judgeCancels, judgePlacing } from './placing.ts';

const memoryLimitMb = 2_048;

/** Judges all requirements of a sale. */
export function judgeSale(sale: SaleResult, verdicts: readonly Verdict[], peakMb: number): Finding[] {
  return [
    ...judgePlacing(sale),
    ...judgeCancels(sale),
    ...judgeEnds(sale),
    judgeInputs('bad input', sale.badInput),
    judgeInputs('restocks', sale.restocks),
    ...judgeDeadLetters(sale.snapshot.deadLetters, sale.poisoned),
    ...(sale.partner ? judgePartner(sale.partner) : []),
    ...(sale.browsing ? judgeBrowsing(sale.browsing) : []),
    ...judgeInvariants(verdicts),
    atMost('peak memory of the platform', peakMb, memoryLimitMb, 'MB'),
  ];
}

export function judgeInvariants(verdicts: readonly Verdict[]): Finding[] {
  return verdicts.map((verdict) => ({
    what: `${verdict.id} ${verdict.text}`,
    measured: verdict.violations[0] ?? `${verdict.checked} checked`,
    limit: 'not broken, at least one checked',
    holds: holds(verdict),
  }));
}

/** At least one order ends in each way that the plan allows: a sale of one cancelled order fulfils none. */
function judgeEnds({ quiet, plan, snapshot }: SaleResult): Finding[] {
  const count = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const soldOut = snapshot.orders.filter(({ state, reason }) => state === 'REJECTED' && reason !== 'LIMIT_REACHED');
  const kept = plan.filter(({ cancel }) => !cancel);
  const short = snapshot.products.filter(({ sku, supplied }) => demandOf(kept, sku) > supplied);
  const [end, way] = snapshot.book ? ['FULFILLED', 'fulfilled'] : ['CONFIRMED', 'confirmed'];
  return [
    {
      what: 'all orders final and all events counted',
      measured: quiet ? 'yes' : 'no, although nothing had changed for a while',
      limit: 'in time',
      holds: quiet,
    },
    ...(kept.length > 0 ? [atLeastOne(`orders ${way}`, count(end))] : []),
    ...(short.length > 0
      ? [atLeastOne('orders rejected, because more was asked for than is in stock', soldOut.length)]
      : []),
    ...judgeLimits(plan, snapshot),
  ];
}

/**
 * A customer who asks for more than the limit, of a product that is not sold out, gets the answer that it is reached.
 */
function judgeLimits(plan: SaleResult['plan'], { products, orders }: SaleResult['snapshot']): Finding[] {
  const limits = new Map(
    products
      .filter(({ sku, supplied }) => supplied >= demandOf(plan, sku))
      .flatMap(({ sku, limitPerCustomer }) => (limitPerCustomer === undefined ? [] : [[sku, limitPerCustomer]])),
  );
  const wanted = orders.filter(({ sku, state }) => limits.has(sku) && state !== 'CANCELLED');
  const above = [...Map.groupBy(wanted, ({ sku, customer }) => `${sku} ${customer}`).values()].filter((own) => {
    const limit = limits.get(own[0]?.sku ?? '') ?? 0;
    return own.reduce((sum, { quantity }) => sum + quantity, 0) > limit;
  });
  const told = above.filter((own) => own.some(({ reason }) => reason === 'LIMIT_REACHED'));
  return above.length > 0 ? [allOf('customers above a limit, who were told', told.length, above.length)] : [];
}

function judgeInputs(what: string, tried: readonly Tried[]): Finding {
  const wrong = tried.filter(({ expected, got }) => got !== expected);
  const texts = wrong.map((one) => `${one.what} was answered ${one.got}, expected ${one.expected}`);
  return noneWrong(`answers to ${what}`, tried.length, texts);
}

/**
 * Each poison message is dead-lettered exactly once, by the worker and with a reason. No other message is
 * dead-lettered.
 */
function judgeDeadLetters(letters: readonly DeadLetter[], poisoned: readonly string[]): Finding[] {
  const lettersOf = (body: string) => letters.filter((one) => one.body === body);
  const found = poisoned.filter((body) => lettersOf(body).length === 1);
  const noted = poisoned.filter((body) => lettersOf(body).some((one) => one.noted !== undefined));
  const others = letters.map(({ body }) => body).filter((body) => !poisoned.includes(body));
  return [
    allOf('poison messages among the dead letters', found.length, poisoned.length),
    allOf("poison messages with the worker's reason", noted.length, poisoned.length),
    {
      what: 'other dead letters',
      measured: others.length === 0 ? '0' : `${others.length}, the first: ${others[0]}`,
      limit: '0',
      holds: others.length === 0,
    },
  ];
}

/** With this many faults expected, none at all means that the script is not in force: e^-15 is 3 in 10 million. */
const surely = 15;

function judgePartner({ calls, script }: PartnerRecord): Finding[] {
  const faults = [
    ['calls that the partner answered 503', calls.failed, script.errorShare],
    ['calls that the partner booked without an answer', calls.lost, script.loseShare],
  ] as const;
  const expected = faults.filter(([, , share]) => share * calls.all >= surely);
  return [
    atLeastOne('calls to the partner', calls.all),
    atMost('calls that the partner refused for their signature', calls.unsigned, 0, 'calls'),
    ...expected.map(([what, count]) => atLeastOne(what, count)),
  ];
}
