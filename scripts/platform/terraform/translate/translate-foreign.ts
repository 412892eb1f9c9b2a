import { compact, firstObject, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
import { pascal, same } from './terraform-text.ts';
import type { Translation } from './translate-services.ts';

const plain = (type: string): Translation => ({ type, of: same() });

/** Types that no stack of this project has. Only rules read them, so the local platform still refuses them. */
export const foreignTranslations: Readonly<Record<string, Translation>> = {
  aws_appconfig_environment: plain('AWS::AppConfig::Environment'),
  aws_ecs_service: plain('AWS::ECS::Service'),
  aws_kms_key: { type: 'AWS::KMS::Key', of: ({ policy }) => compact({ KeyPolicy: policy }) },
  aws_kms_key_policy: {
    type: 'AWS::KMS::Key',
    into: ({ key_id }) => key_id,
    of: ({ policy }) => ({ KeyPolicy: policy ?? null }),
  },
  aws_s3_bucket_notification: { type: 'Custom::S3BucketNotifications', of: toNotifications },
  aws_scheduler_schedule: { type: 'AWS::Scheduler::Schedule', of: toTimer },
};

/** As CDK's custom resource has them: they are created after the bucket. */
function toNotifications({ bucket, lambda_function: functions, queue, topic }: JsonObject): JsonObject {
  return {
    BucketName: bucket ?? null,
    NotificationConfiguration: {
      LambdaFunctionConfigurations: toNamed(functions),
      QueueConfigurations: toNamed(queue),
      TopicConfigurations: toNamed(topic),
    },
  };
}

const toNamed = (blocks: Json | undefined): Json => toList(blocks).map((one) => pascal(one));

function toTimer({ target, flexible_time_window: window, ...body }: JsonObject): JsonObject {
  const { dead_letter_config: dead, ...settings } = firstObject(target);
  return {
    ...same()(body),
    FlexibleTimeWindow: pascal(firstObject(window)),
    Target: { ...toObject(pascal(settings)), ...(dead && { DeadLetterConfig: pascal(firstObject(dead)) }) },
  };
}
