import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../cli/cli.ts';
import { parts } from '../parts/parts.ts';
import { wasRemoved } from '../parts/remove-part.ts';
import { Draft, type ReadFile } from './draft.ts';
import { addIndex } from './index/add-index.ts';
import { findKept, type Kept } from './kept.ts';
import { requireStepName, requireTableName } from './names.ts';
import { requireRate } from './rates.ts';
import { addRoute } from './route.ts';
import { addSecret } from './secret/add-secret.ts';
import { addStage } from './stage.ts';
import { addStep, type Trigger, triggers } from './step/add-step.ts';
import { requireStreamRoom } from './step/stream/add-stream.ts';
import { addTable, throttlesOf } from './table/add-table.ts';
import { type Owner, owners } from './table/table.ts';

export interface Options {
  readonly trigger?: string | undefined;
  readonly region?: string | undefined;
  readonly path?: string | undefined;
  readonly service?: string | undefined;
  readonly table?: string | undefined;
}

interface Project {
  readonly folder: string;
  readonly kept: Kept;
}

interface Addition {
  /** The kind's only option. */
  readonly option: keyof Options;
  readonly example: string;
  add(draft: Draft, name: string, value: string, project: Project): void;
  /** @throws when the account or a cloud has no room for one more */
  requireRoom?(value: string): void;
}

/** The kinds of additions. */
export const additions: Readonly<Record<string, Addition>> = {
  step: {
    option: 'trigger',
    example: 'step invoicing --trigger queue',
    add(draft, name, trigger, { folder, kept }) {
      requireStepName(name, folder, kept);
      if (!isTrigger(trigger)) throw wrong(`--trigger is '${trigger}', must be ${triggers.join(', ')}`, this.example);
      addStep(draft, name, trigger, kept);
    },
    requireRoom(trigger) {
      if (trigger === 'stream') requireStreamRoom();
      if (trigger === 'api') requireRate(['read']);
    },
  },
  route: {
    option: 'path',
    example: "route getReviews --path '/products/{sku}/reviews'",
    add: (draft, name, path, { kept }) => addRoute(draft, { name, path }, kept),
    requireRoom: () => requireRate(['read']),
  },
  stage: {
    option: 'region',
    example: 'stage qa --region eu-central-1',
    add: (draft, name, region, { kept }) => addStage(draft, { name, region }, kept),
  },
  secret: {
    option: 'service',
    example: 'secret carrier --service fulfilment',
    add: (draft, holder, service, { folder, kept }) => addSecret(draft, { holder, service }, folder, kept),
  },
  table: {
    option: 'service',
    example: 'table manuals --service catalog',
    add(draft, name, service, { folder, kept }) {
      requireTableName(name, folder);
      if (!isOwner(service)) throw wrong(`--service is '${service}', must be ${owners.join(' or ')}`, this.example);
      addTable(draft, name, service, kept);
    },
    requireRoom: (service) => requireRate(throttlesOf(service)),
  },
  index: {
    option: 'table',
    example: 'index name --table catalog',
    add: (draft, attribute, table, { kept }) => addIndex(draft, attribute, table, kept),
  },
};

const isOwner = (word: string): word is Owner => owners.some((one) => one === word);
const isTrigger = (word: string): word is Trigger => triggers.some((one) => one === word);

/** The project with the addition, in memory. @throws with one line when it cannot be made */
export function draftAddition(folder: string, [kind = '', name, ...more]: readonly string[], options: Options): Draft {
  const addition = Object.hasOwn(additions, kind) ? additions[kind] : undefined;
  if (!addition) throw wrong(`'${kind}' cannot be added, must be ${Object.keys(additions).join(', ')}`, 'step NAME');
  const { option, example } = addition;
  if (name === undefined || more.length > 0) throw wrong(`a ${kind} has one name`, example);
  const value = options[option];
  if (value === undefined) throw wrong(`--${option} is missing`, example);
  const foreign = Object.entries(options).find(([other, given]) => other !== option && given !== undefined);
  if (foreign) throw wrong(`--${foreign[0]} is not an option of a ${kind}`, example);
  const draft = new Draft(readFrom(folder), (path) => wasRemoved(folder, path, Object.values(parts)));
  addition.add(draft, name, value, { folder, kept: findKept(folder) });
  addition.requireRoom?.(value);
  return draft;
}

/** Reads the files of a folder. */
export function readFrom(folder: string): ReadFile {
  return (path) => {
    try {
      return readFileSync(join(folder, path), 'utf8');
    } catch {
      return undefined;
    }
  };
}

const wrong = (message: string, example: string) =>
  new UsageError('usage', message, `For example: npm run add -- ${example}`);
