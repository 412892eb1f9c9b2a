import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rules } from '../../../stacks/rules/rules.ts';

/** A rule by its name, or a test by its file and the text of its title. */
type Guard = string | readonly [file: string, title: string];

/** Problems that first deploys met, or would have met, with the rules and tests that would notice each one again. */
const guards: Readonly<Record<string, Readonly<Record<string, readonly Guard[]>>>> = {
  AWS: {
    'HEAD, wrong methods and unknown paths answer 500': ['api-may-invoke-its-functions'],
    'alarms may not publish, and nobody is subscribed': [
      ...['alarm-actions-are-delivered', 'alarm-topics-have-a-subscriber'],
      ['test/synth/aws/operations-stack.test.ts', 'notifies its address through a TLS-only topic in each region'],
    ],
    'alarms fire, and tell nobody': ['alarms-notify-somebody'],
    'a total outage leaves the errors of the functions at 0': [
      ...['apis-have-alarms', 'edge-metrics-are-turned-on', 'edge-alarms-name-their-region'],
    ],
    'undelivered events, throttled indexes and spill-over are silent': ['silent-failures-have-alarms'],
    'an alarm cannot fire at the rate of its timer': ['alarms-can-fire'],
    'an alarm has a threshold that no value reaches': ['alarm-thresholds-can-be-reached'],
    'nothing notices that a timer stopped': ['timers-have-a-dead-mans-switch'],
    'sign-up sends a few dozen mails a day': ['sign-up-mails-arrive'],
    'the web ACL blocks shoppers who share an address': ['rate-rules-spare-shared-addresses'],
    'the web ACL can be passed by': ['origins-know-their-cdn'],
    'examples are deployed': [
      ['test/synth/placeholders.test.ts', '$name is refused with every setting that only its owner knows'],
      ['test/synth/placeholders.test.ts', 'dev needs nothing set, and its orders reach a partner'],
    ],
    'functions take more concurrency than the account has': ['environments-fit-the-account'],
    'a floor of auto scaling that cannot be set is silent': ['scaling-floors-are-reached'],
    'a version that fails gets all calls': ['releases-are-guarded', 'releases-roll-back'],
    'an apply moves all calls at once, or a release stops halfway': ['released-aliases-are-left-alone'],
    'a release waits for its hook for an hour': ['release-hooks-may-be-run'],
    'routes take more than the account has': ['routes-fit-the-account'],
    'stages use up the cache policies of an account': ['edge-policies-fit-the-account'],
    'Origin Shield and standard logs lack in a region': [
      ['test/synth/check-stage.test.ts', 'edge.originShield'],
      ['test/synth/check-stage.test.ts', 'edge.accessLogDays'],
    ],
    'one stage in two regions collides': [
      ['test/synth/aws/global-names.test.ts', 'puts the region into account-wide names if it may be deployed anywhere'],
    ],
    'a deleted secret blocks the next apply': ['secrets-can-be-created-again'],
    'kept logs block the destroy of dev': ['stages-are-kept-whole'],
    'a new index is silently absent': ['new-indexes-are-seen'],
    'the state of Terraform is deleted with the build': [
      ['test/terraform/stacks.test.ts', 'keeps the state of each cloud in its own storage'],
    ],
    'kept names block the next deploy': [
      ['test/synth/aws/kept.test.ts', 'lists every table and log group that makes the next deploy fail'],
      ['test/synth/aws/kept.test.ts', 'dev leaves nothing behind'],
    ],
    'a rotation of the origin secret refuses requests': [
      ['test/synth/aws/origin-secret.test.ts', 'between the updates of API and CDN'],
    ],
    'a stage is deployed to the wrong region': [
      ['test/synth/aws/stages.test.ts', '$name is refused in any region but its own, before anything is created'],
    ],
    'a busy message comes back while it is processed': ['messages-stay-hidden-while-worked-on'],
    'one poison message fails its batch': ['batches-fail-in-part'],
    'what cannot be processed is gone, or blocks its shard': ['failures-have-a-destination'],
    'one queue takes all concurrency': ['queue-workers-are-capped'],
    'a table cannot be recovered': ['kept-tables-can-be-recovered'],
    'a public URL answers 403': ['function-urls-may-be-called'],
    'an event may not reach its target': ['rules-may-reach-their-targets', 'topics-may-reach-their-subscribers'],
    'a bucket gets a target that does not let it in': ['buckets-may-reach-their-targets'],
    'a schedule may not call its target': ['schedules-may-reach-their-targets'],
    'a role is wide, whichever tool made it': ['roles-name-their-resources', 'managed-policies-are-not-wide'],
    'anybody may take a role': ['roles-trust-by-name'],
    'a name is too long': ['names-fit'],
    'a policy, or the variables of a function, are too long': ['role-policies-fit', 'environment-variables-fit'],
    'a big batch has no window': ['big-batches-have-a-window'],
    'a schedule is misspelled': ['schedules-are-spelled-right'],
    'an alarm looks back too far': ['alarms-look-back-far-enough'],
    'a web ACL logs to another name': ['waf-logs-have-their-prefix'],
  },
  Azure: {
    'the code does not reach a Flex app': ['flex-app-takes-no-zip', ['test/terraform/publish.test.ts', 'deploys code']],
    'a table cannot be created without shared keys': ['table-needs-a-shared-key'],
    'the one who applies has no role on the data': ['data-plane-needs-a-role', 'storage-goes-by-account-id'],
    'an injected setting wins over the identity': ['host-storage-goes-by-identity'],
    'an app starts before its roles': ['app-waits-for-its-roles'],
    'alerts query tables that do not exist yet': ['log-alert-skips-validation'],
    'every identity may write the code of every app': ['code-belongs-to-one-app', 'app-roles-are-not-wide'],
    'the suffix is not validated': ['name-inputs-are-validated'],
    'a generated rule blocks the destroy': ['group-can-be-destroyed', 'rule-waits-for-its-origin'],
    'arguments are gone in version 5': ['arguments-exist-in-azurerm-5', 'providers-are-registered'],
    'an alert fires, and tells nobody': ['alerts-reach-somebody'],
    'nothing notices that a timer stopped': ['timer-apps-have-a-dead-mans-switch'],
    'an outage that logs nothing is silent': ['front-door-is-watched'],
    'an app has a size, a runtime or settings of another plan': ['flex-app-arguments-fit'],
    'managed rules need the tier of their profile': ['firewall-fits-its-profile'],
    'a name has a hyphen where none may be': ['front-door-names-fit'],
    'a workflow may deploy more than its stage': ['deployers-are-limited'],
    'examples are deployed': [['test/terraform/stacks.test.ts', 'prod refuses every example in one message']],
  },
  'Google Cloud': {
    'a timeout of a serverless backend is refused': ['serverless-backend-has-no-timeout'],
    'endpoint groups look for first-generation functions': ['endpoint-group-is-of-cloud-run'],
    'an alert comes before its metric': ['alert-needs-no-new-metric'],
    'APIs are not enabled, or too late': ['apis-are-enabled', 'apis-come-first'],
    'instances exceed the regional CPU quota': ['instances-fit-the-quota'],
    'builds have no account': ['builds-have-an-account'],
    'push and scheduler call an address that is closed to them': ['internal-functions-are-called-directly'],
    'bundles are built without a lock file': [['test/synth/prune-lock.test.ts', 'locks what Google installs']],
    'dead letters are not forwarded': ['dead-letters-may-be-forwarded'],
    'the load balancer, and a timer that stopped, are silent': [
      'customers-are-watched',
      'schedules-have-a-dead-mans-switch',
    ],
    'a role is wide': ['roles-are-not-wide'],
    'another host name needs another certificate': ['certificates-can-be-replaced'],
    'a subscription has times that are refused, or expires': ['subscriptions-fit'],
    'a load balancer mixes two schemes': ['balancer-has-one-scheme'],
    'a cache has times beside those of the origin': ['origin-headers-decide-alone'],
    'a throttle counts over an unknown interval': ['throttles-name-an-interval'],
    'a function is deployed before it may read its secret': ['functions-wait-for-secrets'],
    'an instance is too small for its requests or memory': ['concurrency-needs-a-cpu'],
    'an alert fires, and tells nobody': ['alert-policies-notify-somebody'],
    'an alert has a duration that is refused': ['alert-policies-fit'],
    'anybody on GitHub may deploy': ['github-pools-have-a-condition'],
    'examples are deployed': [['test/terraform/stacks.test.ts', 'prod refuses every example in one message']],
  },
  All: {
    'the page lacks its settings': [
      [
        'test/terraform/publish.test.ts',
        'copies the page to the bucket on Google, with the settings that sign-in needs',
      ],
      ['test/terraform/publish.test.ts', 'deploys code, assets and page to Azure in this order'],
    ],
  },
};

const root = new URL('../../../', import.meta.url);
const has = (path: string) => existsSync(new URL(path, root));
/** A part that is left out takes its rules and tests along. */
const folders: Readonly<Record<string, string>> = {
  Azure: 'stacks/rules/azure',
  'Google Cloud': 'stacks/rules/google',
};
const isLeftOut = (guard: Guard) => typeof guard !== 'string' && parts.some((part) => guard[0].startsWith(part));
const parts = [
  ...(has('stacks/terraform') ? [] : ['test/terraform/']),
  ...(has('stacks/aws') ? [] : ['test/synth/aws/']),
  ...(has('stacks/terraform/azure') && has('stacks/terraform/google') ? [] : ['test/terraform/publish.test.ts']),
];

const names = rules.map(({ name }) => name);
const all = Object.values(guards).flatMap((cloud) => Object.values(cloud).flat());

const kept = Object.entries(guards).filter(([cloud]) => has(folders[cloud] ?? '.'));

describe.each(kept)('%s', (_, rows) => {
  test.each(Object.entries(rows))('%s: something would notice', (_finding, own) => {
    expect(own.length).toBeGreaterThan(0);
    for (const guard of own.filter((one) => !isLeftOut(one))) {
      if (typeof guard === 'string') expect(names).toContain(guard);
      else expect(readFileSync(new URL(guard[0], root), 'utf8')).toContain(guard[1]);
    }
  });
});

test('every rule guards against something that is listed', () => {
  expect(names.filter((name) => !all.includes(name))).toEqual([]);
});
