import { firstObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { toNumber } from '../template/numbers.ts';
import { ref } from '../template/ref.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { blockOf } from './apis.ts';
import { toCpus } from './cpus.ts';

/** CPUs that a region grants a project's service; a project requests more at https://cloud.google.com/run/quotas. */
const cpus = 200;

const types = ['google_cloudfunctions2_function', 'google_cloud_run_v2_service'];

const check = (template: Template): Finding[] => [...checkEach(template), ...checkTogether(template)];

function checkEach(template: Template): Finding[] {
  return template.ofType(...types).flatMap((resource) => {
    const { instances, cpu } = sizeOf(template, resource);
    if (instances === undefined || cpu === undefined || instances * cpu <= cpus) return [];
    const problem = `${instances} instances of ${cpu} CPU need ${instances * cpu}, and a region grants ${cpus}: Cloud Run refuses the revision. Lower max_instance_count, since an instance serves several requests`;
    return [{ resource: resource.id, problem }];
  });
}

/** Instances that are always ready use up the quota of their region together, before any request comes. */
function checkTogether(template: Template): Finding[] {
  const regions = Map.groupBy(template.ofType(...types), ({ properties }) => toText(properties.location));
  return [...regions.values()].flatMap((resources) => {
    const sizes = resources.map((resource) => sizeOf(template, resource));
    const sum = sizes.reduce((all, { ready = 0, cpu = 0 }) => all + ready * cpu, 0);
    const [first] = resources;
    if (sum <= cpus || first === undefined) return [];
    const problem = `with ${resources.length - 1} others of its region it keeps ${sum} CPU always ready, and a region grants ${cpus}: the last ones get no instance. Lower min_instance_count`;
    return [{ resource: first.id, problem }];
  });
}

interface Size {
  readonly instances: number | undefined;
  /** Always ready. */
  readonly ready: number | undefined;
  readonly cpu: number | undefined;
}

/** A Cloud Run service has its maximum for itself or for its revisions, and its CPUs per container. */
function sizeOf(template: Template, resource: Resource): Size {
  if (resource.type === 'google_cloudfunctions2_function') {
    const {
      max_instance_count: most,
      min_instance_count: least,
      available_cpu: cpu,
    } = blockOf(resource, 'service_config');
    return { instances: toNumber(template, most, 0), ready: toNumber(template, least, 0), cpu: toCpus(template, cpu) };
  }
  const revision = blockOf(resource, 'template');
  const limits = toList(revision.containers).map((one) => firstObject(firstObject(toObject(one).resources).limits));
  const own = limits.map(({ cpu }) => toCpus(template, cpu));
  const most = [firstObject(revision.scaling), blockOf(resource, 'scaling')].map((one) => one.max_instance_count);
  const counts = most.flatMap((one) => (one === undefined ? [] : [toNumber(template, one) ?? Number.NaN]));
  return {
    instances: counts.length === 0 ? 0 : known(Math.min(...counts)),
    ready: toNumber(template, firstObject(revision.scaling).min_instance_count, 0),
    cpu: known(own.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0)),
  };
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

const example = (max_instance_count: number, available_cpu = '1'): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: {
      shop: { build_config: { service_account: 'a' }, service_config: { available_cpu, max_instance_count } },
    },
  },
});

/** Two functions, each of which fits. */
const two = (min_instance_count: number, ...locations: readonly string[]): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: Object.fromEntries(
      locations.map((location, at) => [
        `shop${at}`,
        {
          location,
          build_config: { service_account: 'a' },
          service_config: { available_cpu: '1', max_instance_count: 150, min_instance_count },
        },
      ]),
    ),
  },
});
const [here, there] = ['europe-west3', 'europe-west1'];

const service = (more: JsonObject, max_instance_count: Json): JsonObject => ({
  variable: { most: { type: 'number' }, three: { type: 'number', default: 300 } },
  resource: {
    google_cloud_run_v2_service: {
      shop: {
        name: 'shop',
        location: 'europe-west3',
        template: [{ containers: [{ image: 'shop', ...more }], scaling: [{ max_instance_count }] }],
      },
    },
  },
});

export const instancesFitTheQuota: Rule = {
  name: 'instances-fit-the-quota',
  what: 'The instances of a function or a service use at most the CPU that a region grants, and so do all of a region that are always ready.',
  why: 'Cloud Run checks the maximum when it deploys: "Max instances must be set to 200 or fewer to set the requested total CPU". A new project starts with 20. What is always ready counts together, whatever is asked.',
  source: [
    'https://github.com/jspsych/datapipe/pull/238',
    'https://github.com/googlecodelabs/feedback/issues/1856',
    'https://cloud.google.com/run/quotas',
    'https://github.com/firebase/firebase-tools/issues/11001',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: two(120, here, here), good: two(100, here, here) },
    { bad: two(120, here, here), good: two(120, here, there) },
    { bad: example(300), good: example(200) },
    { bad: example(300, '1000m'), good: example(300, '500m') },
    { bad: service({}, 300), good: service({ resources: [{ limits: { cpu: '500m' } }] }, 300) },
    { bad: service({ resources: [{ limits: { cpu: '2' } }] }, 101), good: service({}, ref('var.most')) },
    { bad: service({}, ref('var.three')), good: service({}, 200) },
  ],
};
