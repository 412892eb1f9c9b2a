import type { Statement } from '../../model/statements.ts';

export function toPolicyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A statement of a role's policy. */
export const grant = ({ sid, actions, resources, condition }: Statement & { readonly condition?: object }) => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
});

export const assumedBy = (service: string): string =>
  toPolicyDocument([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }]);

/** Denies these actions without TLS. */
export const tlsOnly = (actions: string, resources: readonly string[]) => ({
  Effect: 'Deny',
  Action: actions,
  Principal: { AWS: '*' },
  Resource: resources,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Allows a bus rule to send to a queue. */
export const sentBy = (ruleArn: string, queueArn: string) => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Principal: { Service: 'events.amazonaws.com' },
  Resource: queueArn,
  Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
});
