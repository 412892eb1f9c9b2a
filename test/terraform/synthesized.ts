import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import type { Cloud } from '../../stacks/model/clouds/clouds.ts';
import { physicalName } from '../../stacks/model/names.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

export type Body = Record<string, unknown>;
type Resources = Record<string, Record<string, Body>>;

export const remote: readonly Stage[] = [stages.dev, stages.staging, stages.prod];

type Variables = Record<string, { default?: unknown }>;
interface Stack {
  readonly resource: Resources;
  readonly variable?: Variables;
}

const { folder, status, stderr } = inject('synthesis');

/** Names of the stacks of every stage and cloud. */
export const stackNames = (): readonly string[] => readdirSync(join(folder, 'stacks'));

export const stackFile = (name: string): string => join(folder, 'stacks', name, 'cdk.tf.json');

export const readStack = (name: string): string => readFileSync(stackFile(name), 'utf8');

/** One cloud's stacks by stage name. */
function synthesized(cloud: Cloud): ReadonlyMap<string, Stack> {
  if (status !== 0) throw new Error(stderr);
  return new Map(remote.map(({ name }) => [name, JSON.parse(readStack(physicalName(name, cloud))) as Stack]));
}

/** All resources of each stage. */
export const readStages = (cloud: Cloud): ReadonlyMap<string, Resources> =>
  new Map([...synthesized(cloud)].map(([stage, { resource }]) => [stage, resource]));

/** The variables of each stage. */
export const readVariables = (cloud: Cloud): ReadonlyMap<string, Variables> =>
  new Map([...synthesized(cloud)].map(([stage, { variable = {} }]) => [stage, variable]));

/** @returns a lookup of resources by stage and type */
export function readResources(cloud: Cloud) {
  const byStage = readStages(cloud);
  return (stage: string) =>
    (type: string): Body[] =>
      Object.values(byStage.get(stage)?.[type] ?? {});
}

export function named(bodies: readonly Body[], name: string): Body {
  const found = bodies.filter((body) => body.name === name);
  expect(found, name).toHaveLength(1);
  return found[0] ?? {};
}

/** The name in a reference such as `${azurerm_storage_queue.Data_outbox_CC2C87F7.name}`. */
export const parseReference = (value: unknown, type: string): string | undefined =>
  new RegExp(`\\b${type}\\.[A-Za-z]+_([\\w-]+)_[0-9A-F]{8}\\.`).exec(String(value))?.[1];
