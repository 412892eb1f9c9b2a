/**
 * Physical names, the same in every stage and on every engine. They are explicit because stacks, scripts and people
 * look resources up by name, and because CloudFormation then rejects a change that would silently replace a table.
 */
export const project = 'flash-sale';

export const physicalName = (stage: string, thing: string): string => `${project}-${stage}-${thing}`;

/** In deployment order; not every stage has all of them. */
export const stackNames = ['data', 'service', 'perimeter', 'edge', 'operations'] as const;

export const stackName = (stage: string, stack: (typeof stackNames)[number]): string => physicalName(stage, stack);

/** The SSM parameter of a published value, for example `/flash-sale/dev/api-url`. */
export const parameterName = (stage: string, outputKey: string): string =>
  `/${project}/${stage}/${outputKey.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`;

/** CloudWatch namespace of the functions' metrics. */
export const metricsNamespace = (stage: string): string => `FlashSale/${stage}`;

/** Every call uses this alias, so that a deploy switches all traffic at once and can be rolled back. */
export const aliasName = 'live';
