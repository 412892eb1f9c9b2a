import { allOf, atLeastOne, type Finding, noneWrong } from '../../../report/finding.ts';
import { checkInvariants, retriedCalls } from '../../../sale/check/invariants.ts';
import { checkRegions, type RegionSnapshot } from '../../../sale/check/region-checks.ts';
import { ownsUnits } from '../../../sale/check/rules.ts';
import type { ClientRecord } from '../../../sale/check/snapshot.ts';
import type { ForeignAttempts } from '../../../sale/hostile-input.ts';
import { judgeInvariants } from '../../../sale/judge/sale.ts';
import type { RegionVisit } from './customers.ts';
import type { BothSeen, CutSeen } from './scene.ts';

/** A region that did not answer is skipped for 5 s, and a worker may have called it just before. */
const restMs = 10_000;
/** A rejection gets its timestamp before it is stored. */
const stampedMs = 1_000;
/** From a borrow request to the receipt, plus the time before a worker again asks a lender that had no units. */
const underWayMs = 3_000;

/** Judges both regions after the cut. */
export function judgeCut({ cut }: { readonly cut: CutSeen }): Finding[] {
  const { after, visits } = cut;
  const during = (at: number) => at >= cut.cutAt && at < cut.healedAt;
  const sent = after.flatMap(({ snapshot }) => snapshot.transfers?.sent ?? []);
  return [
    // No customer moves during a cut.
    ...judgeBoth(cut, () => new Set()),
    atLeastOne('transfers before the cut', sent.filter(({ at }) => Date.parse(at) < cut.cutAt).length),
    atLeastOne('transfers after the cut', sent.filter(({ at }) => Date.parse(at) >= cut.healedAt).length),
    atLeastOne('calls between regions that the cut left unanswered', cut.unanswered),
    ...after.map(({ region }) =>
      atLeastOne(
        `orders accepted by ${region} during the cut`,
        visits.filter((one) => one.region === region && one.status === 202 && during(one.answeredAt ?? 0)).length,
      ),
    ),
    judgeRefusals(cut),
  ];
}

/**
 * Judges both regions once they are quiet, each alone and together.
 *
 * @param elsewhere ids of other regions' orders that a region may have answered with
 */
export function judgeBoth(seen: BothSeen, elsewhere: (one: RegionSnapshot) => ReadonlySet<string>): Finding[] {
  const { after, visits, foreign, differences } = seen;
  return [
    ...after.flatMap((one, place) =>
      judgeRegion(one, { ...toClients(visits, one, elsewhere(one)), ...(foreign[place] ?? notTried) }),
    ),
    ...judgeTogether(after),
    noneWrong('rows of replicas that have caught up', countRows(after), differences),
    judgeTold(seen),
    judgeOperator(seen),
  ];
}

/** Fails the check, which requires at least one attempt. */
const notTried: ForeignAttempts = { foreignAttempts: 0, foreignAnswers: [] };

/** Checks the invariants and the dead letters of one region. */
export function judgeRegion({ region, snapshot }: RegionSnapshot, clients: ClientRecord): Finding[] {
  const letters = snapshot.deadLetters.map(({ step, body }) => `${step}: ${body}`);
  return [
    ...judgeInvariants(checkInvariants(snapshot, clients, retriedCalls)),
    noneWrong('orders among the dead letters', snapshot.orders.length, letters),
  ].map((finding) => ({ ...finding, what: `${region}: ${finding.what}` }));
}

/** Builds the client records of one region. A retry may have been answered with another region's order. */
export function toClients(
  visits: readonly RegionVisit[],
  { region, snapshot }: RegionSnapshot,
  elsewhere: ReadonlySet<string>,
): Omit<ClientRecord, keyof ForeignAttempts> {
  const own = new Set(snapshot.orders.map(({ orderId }) => orderId));
  const isOwn = (one: RegionVisit) =>
    one.region === region &&
    one.answer !== undefined &&
    (own.has(one.answer.orderId) || !elsewhere.has(one.answer.orderId));
  return {
    accepted: visits.flatMap((one) =>
      isOwn(one) && one.answer ? [{ ...one.answer, customer: one.customer, key: one.key }] : [],
    ),
    requested: visits.filter((one) => !isOwn(one)),
    cancels: [],
  };
}

function judgeTogether(regions: readonly RegionSnapshot[]): Finding[] {
  return checkRegions(regions).map(({ id, text, checked, violations }) => ({
    what: `${id} ${text}`,
    measured: violations[0] ?? `${checked} checked`,
    limit: 'not broken, at least one checked',
    holds: checked > 0 && violations.length === 0,
  }));
}

const countRows = (regions: readonly RegionSnapshot[]) =>
  regions.reduce((sum, { snapshot: { orders, events, counted, sales } }) => {
    return sum + orders.length + events.length + counted.length + sales.length;
  }, 0);

/** Each region's API adds its own counters and its copies of the other region's. */
function judgeTold({ after, told }: BothSeen): Finding {
  const live = after.flatMap(({ snapshot }) => snapshot.orders).filter(({ state }) => ownsUnits(state));
  const sold = live.reduce((sum, { quantity }) => sum + quantity, 0);
  return allOf(
    'APIs whose merged views match the events of both regions',
    told.filter((one) => one === sold).length,
    after.length,
  );
}

function judgeOperator({ operator: { code, products = [], trouble, wrong = [] } }: BothSeen): Finding {
  const stranded = products.filter((product) => product.stranded !== 0).map(({ sku }) => `${sku} has stranded units`);
  const exit = code === 0 ? [] : [`exit code ${code}`];
  const troubles = [...(trouble === undefined ? [] : [trouble]), ...exit, ...wrong, ...stranded];
  return noneWrong(
    'products that npm run regions reports as wrong while both regions answer',
    products.length,
    troubles,
  );
}

/**
 * Checks rejected orders against the units left at the end: nothing was cancelled or supplied since, so these units
 * were there throughout. A rejection is right during the cut, while a worker rests after an unanswered call, and during
 * a transfer, when the lender no longer has the units and the borrower does not have them yet.
 */
function judgeRefusals({ after, cutAt, healedAt, unreachable }: CutSeen): Finding {
  const left = new Map<string, number>();
  for (const { snapshot } of after)
    for (const shard of snapshot.shards) left.set(shard.sku, (left.get(shard.sku) ?? 0) + shard.left);
  const transfers = after.flatMap(({ snapshot }) => snapshot.transfers?.sent ?? []);
  const connected = after.flatMap(({ snapshot }, place) =>
    snapshot.orders.filter(({ state, sku, changedAt }) => {
      const at = Date.parse(changedAt);
      const since = (then: number) => at - then;
      const isCutOff = at >= cutAt && at < healedAt + restMs;
      const rests = unreachable[place]?.some((then) => since(then) > -stampedMs && since(then) < restMs);
      const underWay = transfers.some((one) => one.sku === sku && Math.abs(since(Date.parse(one.at))) < underWayMs);
      return state === 'REJECTED' && !isCutOff && !rests && !underWay;
    }),
  );
  const wrong = connected.filter(({ sku, quantity }) => (left.get(sku) ?? 0) >= quantity);
  const finding = noneWrong(
    'orders refused although a reachable region had units',
    connected.length,
    wrong.map(({ orderId }) => orderId),
  );
  // In a short sale, every rejection may be too close to the cut or to a transfer.
  return { ...finding, timing: true };
}
