import { stringify } from 'yaml';
import { type Run, toRuns } from '../profile/load.ts';
import type { Profile } from '../profile/schema.ts';

export const loadTools = ['k6', 'artillery', 'locust'] as const;
export type LoadTool = (typeof loadTools)[number];

const round = (value: number): number => Number(value.toPrecision(6));

/**
 * The first timed run of the profile as a load for another tool: the same arrivals, of customers who browse, order,
 * repeat the post, check the order and cancel it as often as the profile says.
 */
export function exportLoad(profile: Profile, tool: LoadTool): string {
  const runs = toRuns(profile);
  const run = runs.find(({ isSale }) => isSale) ?? runs[0];
  if (!run) return '';
  switch (tool) {
    case 'k6':
      return toK6(run, profile);
    case 'artillery':
      return toArtillery(run, profile);
    case 'locust':
      return toLocust(run, profile);
  }
}

/** k6 takes whole iterations per `timeUnit`. A unit of 1,000 s keeps the fractions of slow rates. */
const perUnit = 1_000;

function toK6({ segments }: Run, { shop }: Profile): string {
  const stages = segments.flatMap(({ seconds, from, to }, index) => {
    const before = segments[index - 1]?.to ?? from;
    const jump = before === from ? [] : [{ duration: '0s', target: Math.round(from * perUnit) }];
    return [...jump, { duration: `${round(seconds)}s`, target: Math.round(to * perUnit) }];
  });
  const peak = Math.max(...segments.map(({ from, to }) => Math.max(from, to)));
  const scenario = {
    executor: 'ramping-arrival-rate',
    startRate: Math.round((segments[0]?.from ?? 0) * perUnit),
    timeUnit: `${perUnit}s`,
    preAllocatedVUs: Math.max(1, Math.ceil(peak)),
    maxVUs: Math.max(10, Math.ceil(peak * 10)),
    stages,
  };
  return `import http from 'k6/http';

export const options = { scenarios: { sale: ${JSON.stringify(scenario, null, 2)} } };

const { API, TOKEN, SKU = 'lamp' } = __ENV;

/** A share of one more: 2.5 is two or three. */
const times = (mean) => Math.floor(mean) + (Math.random() < mean % 1 ? 1 : 0);

export default function () {
  for (let page = times(${shop.browsePerOrder}); page > 0; page--) http.get(\`\${API}/products/\${SKU}\`);
  const key = \`k6-\${__VU}-\${__ITER}-\${Date.now()}\`;
  const authorization = \`Bearer \${TOKEN}\`;
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify({ sku: SKU, quantity: Math.max(1, times(${shop.quantity})) });
  let placed;
  for (let post = 1 + times(${shop.repeatPosts}); post > 0; post--) placed = http.post(\`\${API}/orders\`, body, { headers });
  if (placed.status !== 202) return;
  const order = \`\${API}/orders/\${placed.json('orderId')}\`;
  for (let look = times(${shop.statusReadsPerOrder}); look > 0; look--) http.get(order, { headers: { authorization } });
  if (Math.random() < ${shop.cancels}) http.del(order, null, { headers: { authorization } });
}
`;
}

function toArtillery({ segments }: Run, { shop }: Profile): string {
  const phases = segments.map(({ seconds, from, to }) => ({
    ...{ duration: round(seconds), arrivalRate: round(from), ...(from !== to && { rampTo: round(to) }) },
  }));
  const share = (is: boolean, ofAll: number) => (is ? ofAll : 1 - ofAll);
  const kinds = [false, true].flatMap((repeats) => [false, true].map((cancels) => ({ repeats, cancels })));
  const scenarios = kinds.flatMap((kind) => {
    const weight = round(100 * share(kind.repeats, shop.repeatPosts) * share(kind.cancels, shop.cancels));
    return weight > 0 ? [{ name: nameOf(kind), weight, flow: toFlow(kind, shop) }] : [];
  });
  return stringify({ config: { target: '{{ $env.API }}', phases }, scenarios }, { lineWidth: 0 });
}

interface Kind {
  readonly repeats: boolean;
  readonly cancels: boolean;
}

const nameOf = ({ repeats, cancels }: Kind): string =>
  ['order', ...(repeats ? ['posted twice'] : []), ...(cancels ? ['cancelled'] : [])].join(', ');

/** Artillery can only repeat whole requests, so the means are rounded. */
function toFlow(
  { repeats, cancels }: Kind,
  { browsePerOrder, quantity, statusReadsPerOrder }: Profile['shop'],
): object[] {
  const authorization = 'Bearer {{ $env.TOKEN }}';
  const loop = (request: object, count: number) => (count < 1 ? [] : [{ loop: [request], count }]);
  const post = {
    url: '/orders',
    // One key per virtual user, so that a repeated post has the same key.
    headers: { authorization, 'idempotency-key': 'artillery-{{ $uuid }}' },
    json: { sku: '{{ $env.SKU }}', quantity: Math.max(1, Math.round(quantity)) },
    capture: { json: '$.orderId', as: 'orderId' },
  };
  const order = { url: '/orders/{{ orderId }}', headers: { authorization } };
  return [
    ...loop({ get: { url: '/products/{{ $env.SKU }}' } }, Math.round(browsePerOrder)),
    ...loop({ post }, repeats ? 2 : 1),
    ...loop({ get: order }, Math.round(statusReadsPerOrder)),
    ...(cancels ? [{ delete: order }] : []),
  ];
}

function toLocust({ segments }: Run, { shop }: Profile): string {
  const stages = segments.map(({ seconds, from, to }) => `    (${round(seconds)}, ${round(from)}, ${round(to)}),`);
  return `import os
import random
import uuid

from locust import HttpUser, LoadTestShape, constant_throughput, task

STAGES = [  # seconds, orders per second at the begin and at the end
${stages.join('\n')}
]


def times(mean):  # a share of one more: 2.5 is two or three
    return int(mean) + (random.random() < mean % 1)


class Customer(HttpUser):
    host = os.environ["API"]
    wait_time = constant_throughput(1)  # one order a second and user

    @task
    def order(self):
        sku = os.environ.get("SKU", "lamp")
        for _ in range(times(${shop.browsePerOrder})):
            self.client.get(f"/products/{sku}")
        signed = {"authorization": "Bearer " + os.environ["TOKEN"]}
        headers = {**signed, "idempotency-key": f"locust-{uuid.uuid4()}"}
        body = {"sku": sku, "quantity": max(1, times(${shop.quantity}))}
        for _ in range(1 + times(${shop.repeatPosts})):
            placed = self.client.post("/orders", json=body, headers=headers)
        if placed.status_code != 202:
            return
        order = "/orders/" + placed.json()["orderId"]
        for _ in range(times(${shop.statusReadsPerOrder})):
            self.client.get(order, name="/orders/[id]", headers=signed)
        if random.random() < ${shop.cancels}:
            self.client.delete(order, name="/orders/[id]", headers=signed)

${locustShape}`;
}

const locustShape = `
class Sale(LoadTestShape):
    def tick(self):
        now = self.get_run_time()
        for seconds, begin, end in STAGES:
            if now < seconds:
                rate = begin + (end - begin) * now / seconds
                return max(1, round(rate)), max(1, round(rate))
            now -= seconds
        return None
`;
