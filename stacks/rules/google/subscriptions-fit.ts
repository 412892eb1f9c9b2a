import { type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

interface Range {
  readonly setting: string;
  readonly value: Json | undefined;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

const rangesOf = (resource: Resource): readonly Range[] => [
  {
    setting: 'ack_deadline_seconds',
    value: resource.properties.ack_deadline_seconds,
    ...{ least: 10, most: 600, unit: 'seconds' },
  },
  {
    setting: 'message_retention_duration',
    value: resource.properties.message_retention_duration,
    ...{ least: 600, most: 2_678_400, unit: 'seconds' },
  },
  {
    setting: 'dead_letter_policy.max_delivery_attempts',
    value: blockOf(resource, 'dead_letter_policy').max_delivery_attempts,
    ...{ least: 5, most: 100, unit: 'attempts' },
  },
  ...['minimum_backoff', 'maximum_backoff'].map((name) => ({
    setting: `retry_policy.${name}`,
    value: blockOf(resource, 'retry_policy')[name],
    ...{ least: 0, most: 600, unit: 'seconds' },
  })),
];

function check(template: Template): Finding[] {
  return template.ofType('google_pubsub_subscription').flatMap((resource) => {
    const wrong = rangesOf(resource).filter(({ value, least, most }) => {
      const number = Number.parseFloat(String(value));
      return Number.isFinite(number) && (number < least || number > most);
    });
    const said = wrong.map(
      ({ setting, value, least, most, unit }) =>
        `${setting} is ${String(value)}, and Pub/Sub accepts ${least} to ${most} ${unit}. Change it`,
    );
    const expires = toObject(toList(resource.properties.expiration_policy)[0]).ttl !== '';
    const forgotten =
      'an idle subscription is deleted after 31 days, and with it what is published from then on. Set expiration_policy.ttl to an empty text';
    return [...said, ...(expires ? [forgotten] : [])].map((problem) => ({ resource: resource.id, problem }));
  });
}

const example = (more: JsonObject): JsonObject => ({
  resource: {
    google_pubsub_topic: { orders: { name: 'orders' } },
    google_pubsub_subscription: {
      orders: {
        topic: ref('google_pubsub_topic.orders.id'),
        expiration_policy: { ttl: '' },
        ack_deadline_seconds: 60,
        ...more,
      },
    },
  },
});
const good = example({});

export const subscriptionsFit: Rule = {
  name: 'subscriptions-fit',
  what: 'A subscription has times and attempts that Pub/Sub accepts, and does not expire.',
  why: 'The API refuses others in the middle of an apply; and by default it deletes a subscription that had nothing to deliver for a month.',
  source: [
    'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions',
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/google/services/pubsub/resource_pubsub_subscription.go',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({ ack_deadline_seconds: 900 }), good },
    { bad: example({ message_retention_duration: '60s' }), good },
    { bad: example({ retry_policy: { maximum_backoff: '900s' } }), good },
    { bad: example({ expiration_policy: undefined as never }), good },
  ],
};
