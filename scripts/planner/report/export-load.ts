import { type Run, toRuns } from '../profile/load.ts';
import type { Profile } from '../profile/schema.ts';

export const loadTools = ['k6', 'artillery', 'locust'] as const;
export type LoadTool = (typeof loadTools)[number];

const round = (value: number): number => Number(value.toPrecision(6));

/** The first timed run of the profile as the load of another tool: the same arrivals, an order each. */
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

/** k6 takes whole iterations per `timeUnit`: per 1,000 s, so that slow rates keep their fractions. */
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

export default function () {
  for (let page = 0; page < ${Math.round(shop.browsePerOrder)}; page++) http.get(\`\${API}/products/\${SKU}\`);
  const key = \`k6-\${__VU}-\${__ITER}-\${Date.now()}\`;
  const headers = { 'content-type': 'application/json', authorization: \`Bearer \${TOKEN}\`, 'idempotency-key': key };
  const posts = Math.random() < ${shop.repeatPosts} ? 2 : 1;
  for (let post = 0; post < posts; post++)
    http.post(\`\${API}/orders\`, JSON.stringify({ sku: SKU, quantity: ${Math.round(shop.quantity)} }), { headers });
}
`;
}

function toArtillery({ segments }: Run, { shop }: Profile): string {
  const phases = segments.map(({ seconds, from, to }) => {
    const ramp = from === to ? '' : `, rampTo: ${round(to)}`;
    return `    - { duration: ${round(seconds)}, arrivalRate: ${round(from)}${ramp} }`;
  });
  return `config:
  target: '{{ $env.API }}'
  phases:
${phases.join('\n')}
scenarios:
  - name: order
    flow:
      - loop:
          - get: { url: '/products/{{ $env.SKU }}' }
        count: ${Math.round(shop.browsePerOrder)}
      - post:
          url: /orders
          headers:
            authorization: 'Bearer {{ $env.TOKEN }}'
            idempotency-key: 'artillery-{{ $uuid }}'
          json: { sku: '{{ $env.SKU }}', quantity: ${Math.round(shop.quantity)} }
`;
}

function toLocust({ segments }: Run, { shop }: Profile): string {
  const stages = segments.map(({ seconds, from, to }) => `    (${round(seconds)}, ${round(from)}, ${round(to)}),`);
  return `import os
import uuid

from locust import HttpUser, LoadTestShape, constant_throughput, task

STAGES = [  # seconds, orders per second at the begin and at the end
${stages.join('\n')}
]


class Customer(HttpUser):
    host = os.environ["API"]
    wait_time = constant_throughput(1)  # one order a second and user

    @task
    def order(self):
        sku = os.environ.get("SKU", "lamp")
        for _ in range(${Math.round(shop.browsePerOrder)}):
            self.client.get(f"/products/{sku}")
        headers = {"authorization": "Bearer " + os.environ["TOKEN"], "idempotency-key": f"locust-{uuid.uuid4()}"}
        self.client.post("/orders", json={"sku": sku, "quantity": ${Math.round(shop.quantity)}}, headers=headers)


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
}
