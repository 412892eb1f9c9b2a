import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import { PubsubSubscriptionIamMember } from '@cdktf/provider-google/lib/pubsub-subscription-iam-member/index.js';
import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { Construct } from 'constructs';
import {
  ackDeadlineSeconds,
  deadLetterTopics,
  deliveryAttempts,
  type Push,
  redrivenFilter,
  redrivenName,
  redrives,
  type TopicVariable,
  topics,
} from '../../model/clouds/google-topology.ts';
import type { CloudService } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { isQueueWorker } from '../../model/workers.ts';
import type { Identities } from './identities.ts';

const seconds = (days: number): string => `${days * 86_400}s`;

export interface MessagesProps {
  readonly stage: Stage;
  readonly identities: Identities;
  /** Pub/Sub's service agent in this project: it forwards dead letters. */
  readonly agent: string;
}

/** Topics and their publishers. Push subscriptions are added later, once their functions exist. */
export class Messages extends Construct {
  private readonly props: MessagesProps;
  private readonly topics: ReadonlyMap<string, PubsubTopic>;

  constructor(scope: Construct, id: string, props: MessagesProps) {
    super(scope, id);
    this.props = props;
    const { stage, identities, agent } = props;
    this.topics = new Map(
      Object.entries(topics).map(([variable, { name }]) => [
        variable,
        new PubsubTopic(this, name, { name: physicalName(stage.name, name) }),
      ]),
    );
    for (const [variable, { name, publishers }] of Object.entries(topics))
      for (const service of publishers)
        this.allowPublish(`${name}-${service}`, this.topic(variable), identities.of(service).member);
    for (const deadLetters of deadLetterTopics) {
      this.allowPublish(`${topics[deadLetters].name}-agent`, this.topic(deadLetters), agent);
      this.keepDeadLetters(deadLetters);
    }
    for (const push of redrives)
      new PubsubSubscription(this, `redriven-${push.name}`, {
        name: physicalName(stage.name, redrivenName(push)),
        topic: this.topic(push.topic).id,
        filter: redrivenFilter,
        ackDeadlineSeconds: 60,
        expirationPolicy: { ttl: '' },
      });
    new ServiceAccountIamMember(this, 'push-tokens', {
      serviceAccountId: identities.pusher.name,
      role: 'roles/iam.serviceAccountTokenCreator',
      member: agent,
    });
  }

  /** Topic names for a function's environment. */
  namesFor(service: CloudService): Record<string, string> {
    const own = Object.entries(topics).filter(([, { publishers }]) =>
      (publishers as readonly string[]).includes(service),
    );
    return Object.fromEntries(own.map(([variable]) => [variable, this.topic(variable).name]));
  }

  /** Pushes directly to the function, not through Eventarc, so that this stack controls dead letters and retries. */
  push({ name, topic, type, deadLetters, service }: Push, pushEndpoint: string): void {
    const { stage, identities, agent } = this.props;
    const subscription = new PubsubSubscription(this, `push-${name}`, {
      name: physicalName(stage.name, name),
      topic: this.topic(topic).id,
      ...(type && { filter: `attributes.type = "${type}"` }),
      ackDeadlineSeconds: ackDeadlineSeconds(stage, isQueueWorker(service) ? service : undefined),
      messageRetentionDuration: seconds(stage.queues.retentionDays),
      // By default an idle subscription is deleted after a month.
      expirationPolicy: { ttl: '' },
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
      deadLetterPolicy: {
        deadLetterTopic: this.topic(deadLetters).id,
        maxDeliveryAttempts: deliveryAttempts(stage),
      },
      pushConfig: {
        pushEndpoint,
        oidcToken: { serviceAccountEmail: identities.pusher.email, audience: pushEndpoint },
      },
    });
    new PubsubSubscriptionIamMember(this, `push-${name}-agent`, {
      subscription: subscription.name,
      role: 'roles/pubsub.subscriber',
      member: agent,
    });
  }

  /** A topic alone stores nothing; operators read the dead letters from this subscription. */
  private keepDeadLetters(variable: TopicVariable): void {
    const { stage } = this.props;
    const { name } = topics[variable];
    new PubsubSubscription(this, `look-${name}`, {
      name: physicalName(stage.name, name),
      topic: this.topic(variable).id,
      ackDeadlineSeconds: 60,
      messageRetentionDuration: seconds(stage.queues.deadLetterRetentionDays),
      expirationPolicy: { ttl: '' },
    });
  }

  private allowPublish(id: string, topic: PubsubTopic, member: string): void {
    new PubsubTopicIamMember(this, `publish-${id}`, { topic: topic.name, role: 'roles/pubsub.publisher', member });
  }

  private topic(variable: string): PubsubTopic {
    const topic = this.topics.get(variable);
    if (!topic) throw new Error(`topic: must be one of ${Object.keys(topics).join(', ')}, got '${variable}'`);
    return topic;
  }
}
