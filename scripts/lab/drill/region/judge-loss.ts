import { allOf, atLeastOne, type Finding, noneWrong } from '../../../report/finding.ts';
import { ownsUnits } from '../../../sale/check/rules.ts';
import type { Account } from './account.ts';
import type { RegionVisit } from './customers.ts';
import { firstWithin } from './first-within.ts';
import { judgeRegion, toClients } from './judge-cut.ts';
import type { LossSeen } from './scene.ts';

const limits = { rpoSeconds: 5 } as const;

export interface Judged {
  readonly loss: LossSeen;
  /** All visits of the drill. */
  readonly visits: readonly RegionVisit[];
  readonly lost: string;
}

/** Judges the survivor, and its knowledge of the lost region. */
export function judgeLoss(seen: Judged, account: Account): Finding[] {
  const { loss, visits } = seen;
  const elsewhere = new Set(loss.replica.orders.map(({ orderId }) => orderId));
  return [
    ...judgeRegion(loss.survivor, { ...toClients(visits, loss.survivor, elsewhere), ...loss.foreign }),
    judgeRecoveryTime(seen),
    judgeRecoveryPoint(loss, account),
    ...judgeUnits(loss, account),
    judgeOperator(seen, account),
    ...judgeKeys(loss, account, visits),
    noneWrong("reads and cancels of the lost region's orders at the survivor", loss.answers.asked, loss.answers.wrong),
    ...judgeCustomers(seen),
  ];
}

function judgeRecoveryTime({ loss, visits, lost }: Judged): Finding {
  const { region: survivor } = loss.survivor;
  const moved = visits.filter(
    ({ home, region, status, answeredAt = 0 }) =>
      home === lost && region === survivor && status === 202 && answeredAt >= loss.lostAt,
  );
  const what = "RTO: from the loss to the first order that the survivor accepts from the lost region's customers";
  return firstWithin(what, moved, loss.lostAt);
}

/** Replication lags by at most 1.5 s plus its reader's processing time. */
function judgeRecoveryPoint({ lostAt }: LossSeen, { gone, madeAgain }: Account): Finding {
  const oldest = Math.min(lostAt, ...gone.map(({ acceptedAt }) => Date.parse(acceptedAt)));
  const seconds = (lostAt - oldest) / 1_000;
  return {
    what: 'RPO: age of the oldest lost order at the time of the loss',
    measured: `${seconds.toFixed(1)} s, ${gone.length} orders lost, ${madeAgain.size} of them recreated`,
    limit: `at most ${limits.rpoSeconds} s`,
    holds: seconds <= limits.rpoSeconds,
    timing: true,
  };
}

function judgeUnits({ survivor }: LossSeen, { stock }: Account): Finding[] {
  const { orders, products } = survivor.snapshot;
  const soldBy = (sku: string) =>
    orders.filter((one) => one.sku === sku && ownsUnits(one.state)).reduce((sum, { quantity }) => sum + quantity, 0);
  const oversold = stock.flatMap(({ sku, sold }) => {
    const supplied = products.find((product) => product.sku === sku)?.supplied ?? 0;
    const all = sold + soldBy(sku);
    return all > supplied ? [`${sku}: ${all} units sold of ${supplied}`] : [];
  });
  const beyond = stock.flatMap(({ sku, had, sold }) => (sold > had ? [`${sku}: sold ${sold} of ${had}`] : []));
  return [
    noneWrong(
      'products oversold across both regions, including units that the partner shipped',
      stock.length,
      oversold,
    ),
    noneWrong('products where the lost region sold more units than it had', stock.length, beyond),
    atLeastOne('orders refused by the survivor', orders.filter(({ state }) => state === 'REJECTED').length),
  ];
}

/** The command sees neither the partner nor the customers, so it is judged by the rows alone. */
function judgeOperator({ loss: { operator, replica }, lost }: Judged, { stock, unfinished }: Account): Finding {
  const heldThere = (sku: string) =>
    replica.orders
      .filter((one) => one.sku === sku && ownsUnits(one.state))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const toldOf = (sku: string) => operator.products?.find((product) => product.sku === sku)?.stranded;
  const differing = stock
    .filter(({ sku, had }) => toldOf(sku) !== had - heldThere(sku))
    .map(
      ({ sku, had }) =>
        `${sku}: npm run regions reports ${toldOf(sku)} stranded units, expected ${had - heldThere(sku)}`,
    );
  const named = new Set(operator.unfinished?.map(({ orderId }) => orderId));
  const unnamed = unfinished
    .filter(({ orderId }) => !named.has(orderId))
    .map(({ orderId }) => `${orderId} is not named`);
  const loss =
    operator.code === 1 && operator.lost?.join() === lost
      ? []
      : [`exit code ${operator.code}, ${operator.trouble ?? operator.lost}`];
  return noneWrong('products and orders that npm run regions reports incorrectly', stock.length + unfinished.length, [
    ...loss,
    ...differing,
    ...unnamed,
  ]);
}

function judgeKeys(
  { book, conflicting, replica }: LossSeen,
  { doubled }: Account,
  visits: readonly RegionVisit[],
): Finding[] {
  const byKey = Map.groupBy(visits, ({ key }) => key);
  const repeated = [...byKey.values()].filter(({ length }) => length > 1);
  const differing = repeated.flatMap((some) => {
    const ids = new Set(some.flatMap(({ orderId }) => orderId ?? []));
    return ids.size > 1 ? [`key ${some[0]?.key}: ${[...ids].join(' and ')}`] : [];
  });
  const shipped = book.map(({ orderId }) => orderId);
  const twice = shipped.filter((orderId, index) => shipped.indexOf(orderId) !== index);
  return [
    noneWrong('keys with two live orders, one in each region', replica.orders.length, doubled),
    noneWrong('orders that the partner shipped twice', shipped.length, twice),
    noneWrong(
      'orders that the partner received with different content',
      shipped.length,
      conflicting > 0 ? [`${conflicting} calls`] : [],
    ),
    atLeastOne('keys repeated at the survivor', repeated.length),
    noneWrong('repeated keys that returned a different order', repeated.length, differing),
  ];
}

function judgeCustomers({ visits, loss, lost }: Judged): Finding[] {
  const refused = visits.filter(({ status }) => status !== 202 && status !== 0 && status !== 429 && status < 500);
  const moving = visits.filter((one) => one.home === lost && (one.answeredAt ?? 0) >= loss.lostAt);
  const served = moving.filter(({ status }) => status === 202);
  return [
    noneWrong(
      'valid posts refused permanently',
      visits.length,
      refused.map(({ status }) => String(status)),
    ),
    { ...allOf('customers of the lost region who were eventually served', served.length, moving.length), timing: true },
  ];
}
