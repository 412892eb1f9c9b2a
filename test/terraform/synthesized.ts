import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
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

/** One cloud's stacks by stage name, read from the output of `npm run synth:terraform`. */
function synthesized(cloud: Cloud): ReadonlyMap<string, Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'clouds-'));
  try {
    const command = ['stacks/terraform/app.ts', '--stage', 'all', '--cloud', cloud, '--no-code', '--out', folder];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: projectFolder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const read = (stage: string) =>
      JSON.parse(readFileSync(join(folder, 'stacks', physicalName(stage, cloud), 'cdk.tf.json'), 'utf8'));
    return new Map(remote.map(({ name }) => [name, read(name) as Stack]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
