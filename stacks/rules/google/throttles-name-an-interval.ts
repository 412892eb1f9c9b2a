import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';

const intervals = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1_200, 1_800, 2_700, 3_600];
const defaultPriority = 2_147_483_647;

function check(template: Template): Finding[] {
  return template.ofType('google_compute_security_policy').flatMap(({ id, properties }) => {
    const rules = toList(properties.rule).map(toObject);
    const found = (problem: string): Finding => ({ resource: id, problem });
    const wrong = rules
      .map(
        (rule) => toObject(toList(toObject(toList(rule.rate_limit_options)[0]).rate_limit_threshold)[0]).interval_sec,
      )
      .filter((seconds) => seconds !== undefined && !intervals.includes(Number(seconds)));
    return [
      ...wrong.map((seconds) =>
        found(
          `a throttle counts over ${String(seconds)} s, and Cloud Armor accepts ${intervals.join(', ')}. Change interval_sec`,
        ),
      ),
      ...(rules.length > 0 && !rules.some(({ priority }) => Number(priority) === defaultPriority)
        ? [
            found(
              `no rule has the priority ${defaultPriority}: a policy needs a default. Add one that allows all others`,
            ),
          ]
        : []),
    ];
  });
}

const all = { versioned_expr: 'SRC_IPS_V1', config: { src_ip_ranges: ['*'] } };
const example = (interval_sec: number, priority = defaultPriority): JsonObject => ({
  resource: {
    google_compute_security_policy: {
      edge: {
        rule: [
          {
            action: 'throttle',
            priority: 1_000,
            match: all,
            rate_limit_options: { rate_limit_threshold: { count: 100, interval_sec } },
          },
          { action: 'allow', priority, match: all },
        ],
      },
    },
  },
});

export const throttlesNameAnInterval: Rule = {
  name: 'throttles-name-an-interval',
  what: 'A throttle counts over an interval that Cloud Armor knows, in a policy with a default rule.',
  why: 'The API refuses the whole policy: the load balancer would be created without it, or not at all.',
  source: [
    'https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies',
    'https://cloud.google.com/armor/docs/rate-limiting-overview',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example(90), good: example(300) },
    { bad: example(300, 2_000), good: example(300) },
  ],
};
