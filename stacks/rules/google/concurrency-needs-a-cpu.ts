import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { toNumber } from '../template/numbers.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';
import { toCpus } from './cpus.ts';

/** Maximum MiB of an instance by CPU count, highest first. */
const most: readonly (readonly [cpus: number, mebibytes: number])[] = [
  [8, 32_768],
  [6, 24_576],
  [4, 16_384],
  [2, 8_192],
  [1, 4_096],
  [0.5, 1_024],
  [0, 512],
];

const factors: Readonly<Record<string, number>> = { M: 1e6, Mi: 2 ** 20, G: 1e9, Gi: 2 ** 30 };
const toMebibytes = (text: string): number =>
  (Number.parseFloat(text) * (factors[text.replace(/^[\d.]+/, '')] ?? Number.NaN)) / 2 ** 20;

function check(template: Template): Finding[] {
  return template.ofType('google_cloudfunctions2_function').flatMap((resource) => {
    const settings = blockOf(resource, 'service_config');
    const { available_cpu: given, max_instance_request_concurrency: requests, available_memory: memory } = settings;
    if (given === undefined) return [];
    const cpus = toCpus(template, given);
    if (cpus === undefined) return [];
    const limit = most.find(([least]) => cpus >= least)?.[1] ?? 0;
    const found = (problem: string): Finding => ({ resource: resource.id, problem });
    return [
      ...(cpus < 1 && (toNumber(template, requests, 1) ?? 1) > 1
        ? [
            found(
              `${String(requests)} requests at a time with ${cpus} CPU: less than one serves one. Raise available_cpu`,
            ),
          ]
        : []),
      ...(toMebibytes(String(memory ?? '256M')) > limit
        ? [
            found(
              `${String(memory)} with ${cpus} CPU, which may have ${limit} MiB. Raise available_cpu, or lower memory`,
            ),
          ]
        : []),
    ];
  });
}

const example = (available_cpu: string, available_memory: string): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: {
      shop: {
        build_config: { service_account: 'a' },
        service_config: { available_cpu, available_memory, max_instance_request_concurrency: 20 },
      },
    },
  },
});

export const concurrencyNeedsACpu: Rule = {
  name: 'concurrency-needs-a-cpu',
  what: 'A function that serves several requests at a time has a whole CPU, and no more memory than its CPUs may have.',
  why: 'Cloud Run refuses the revision, after the build.',
  source: ['https://cloud.google.com/run/docs/configuring/services/cpu#cpu-memory'],
  clouds: ['google'],
  check,
  examples: [
    { bad: example('0.5', '512M'), good: example('1', '512M') },
    { bad: example('1', '8Gi'), good: example('2', '8Gi') },
    { bad: example('500m', '512M'), good: example('1000m', '512M') },
  ],
};
