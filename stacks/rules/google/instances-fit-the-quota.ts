import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

/** What a region grants a project's service; a project asks for more at https://cloud.google.com/run/quotas. */
const cpus = 200;

function check(template: Template): Finding[] {
  return template.ofType('google_cloudfunctions2_function').flatMap((resource) => {
    const { max_instance_count: instances, available_cpu: cpu } = blockOf(resource, 'service_config');
    const needed = Number(instances ?? 0) * Number(cpu ?? 1);
    if (needed <= cpus) return [];
    const problem = `${String(instances)} instances of ${String(cpu ?? 1)} CPU need ${needed}, and a region grants ${cpus}: Cloud Run refuses the revision. Lower max_instance_count, since an instance serves several requests`;
    return [{ resource: resource.id, problem }];
  });
}

const example = (max_instance_count: number): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: {
      shop: { build_config: { service_account: 'a' }, service_config: { available_cpu: '1', max_instance_count } },
    },
  },
});

export const instancesFitTheQuota: Rule = {
  name: 'instances-fit-the-quota',
  what: 'The instances of a function use at most the CPU that a region grants.',
  why: 'Cloud Run checks the maximum when it deploys: "Max instances must be set to 200 or fewer to set the requested total CPU". A new project starts with 20.',
  source: [
    'https://github.com/jspsych/datapipe/pull/238',
    'https://github.com/googlecodelabs/feedback/issues/1856',
    'https://cloud.google.com/run/quotas',
  ],
  clouds: ['google'],
  check,
  examples: [{ bad: example(300), good: example(200) }],
};
