import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const agent = /@gcp-sa-pubsub\.iam\.gserviceaccount\.com/;

function isGranted(template: Template, type: string, role: string, key: string, target: Resource | undefined): boolean {
  return template
    .ofType(type)
    .some(
      ({ properties }) =>
        properties.role === role &&
        agent.test(String(properties.member)) &&
        target !== undefined &&
        template.referredBy(properties[key]).includes(target),
    );
}

function check(template: Template): Finding[] {
  return template.ofType('google_pubsub_subscription').flatMap((subscription) => {
    const { dead_letter_topic: named } = blockOf(subscription, 'dead_letter_policy');
    if (named === undefined) return [];
    const topic = template.findReferred(named, 'google_pubsub_topic');
    const missing = [
      isGranted(template, 'google_pubsub_topic_iam_member', 'roles/pubsub.publisher', 'topic', topic)
        ? ''
        : 'roles/pubsub.publisher on the dead-letter topic',
      isGranted(
        template,
        'google_pubsub_subscription_iam_member',
        'roles/pubsub.subscriber',
        'subscription',
        subscription,
      )
        ? ''
        : 'roles/pubsub.subscriber on the subscription',
    ].filter((one) => one !== '');
    if (missing.length === 0) return [];
    const problem = `Pub/Sub's service agent lacks ${missing.join(' and ')}: failing messages are redelivered for ever. Grant it`;
    return [{ resource: subscription.id, problem }];
  });
}

const member = 'serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com';
const example = (isForwarded: boolean): JsonObject => ({
  resource: {
    google_pubsub_topic: { orders: { name: 'orders' }, dead: { name: 'dead' } },
    google_pubsub_subscription: {
      orders: {
        topic: ref('google_pubsub_topic.orders.id'),
        dead_letter_policy: { dead_letter_topic: ref('google_pubsub_topic.dead.id'), max_delivery_attempts: 5 },
      },
    },
    google_pubsub_topic_iam_member: {
      agent: { topic: ref('google_pubsub_topic.dead.name'), role: 'roles/pubsub.publisher', member },
    },
    ...(isForwarded && {
      google_pubsub_subscription_iam_member: {
        agent: { subscription: ref('google_pubsub_subscription.orders.name'), role: 'roles/pubsub.subscriber', member },
      },
    }),
  },
});

export const deadLettersMayBeForwarded: Rule = {
  name: 'dead-letters-may-be-forwarded',
  what: "Pub/Sub's service agent may publish to each dead-letter topic and consume from the subscriptions that use it.",
  why: 'Without both roles Pub/Sub forwards nothing: a message that always fails is delivered until it expires.',
  source: ['https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions'],
  clouds: ['google'],
  check,
  examples: [{ bad: example(false), good: example(true) }],
};
