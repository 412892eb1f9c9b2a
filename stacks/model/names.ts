/**
 * Physical names, the same in every stage and on every engine. They are explicit because other stacks, scripts and
 * people find resources by them, and because CloudFormation then refuses a change that would silently replace a table.
 */
export const project = 'flash-sale';

export const physicalName = (stage: string, thing: string): string => `${project}-${stage}-${thing}`;

/** In the order in which they are deployed; not every stage has each. */
export const stackNames = ['data', 'service', 'perimeter', 'edge', 'operations'] as const;

export const stackName = (stage: string, stack: (typeof stackNames)[number]): string => physicalName(stage, stack);

/** The SSM parameter that publishes a value of the stage, for example `/flash-sale/dev/api-url`. */
export const parameterName = (stage: string, outputKey: string): string =>
  `/${project}/${stage}/${outputKey.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`;

/** Of what the functions count. */
export const metricsNamespace = (stage: string): string => `FlashSale/${stage}`;

/** Every call goes through this alias, so that a deploy switches all traffic at once and can be shifted back. */
export const aliasName = 'live';
