import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../cli/cli.ts';
import { parts } from '../parts/parts.ts';
import { wasRemoved } from '../parts/remove-part.ts';
import { Draft, type ReadFile } from './draft.ts';
import { findKept, type Kept } from './kept.ts';
import { requireStepName } from './names.ts';
import { addRoute } from './route.ts';
import { addSecret } from './secret/add-secret.ts';
import { addStage } from './stage.ts';
import { addStep, type Trigger, triggers } from './step/add-step.ts';

export interface Options {
  readonly trigger?: string | undefined;
  readonly region?: string | undefined;
  readonly path?: string | undefined;
  readonly service?: string | undefined;
}

interface Project {
  readonly folder: string;
  readonly kept: Kept;
}

interface Addition {
  /** Its one option. */
  readonly option: keyof Options;
  readonly example: string;
  add(draft: Draft, name: string, value: string, project: Project): void;
}

/** What can be added. */
export const additions: Readonly<Record<string, Addition>> = {
  step: {
    option: 'trigger',
    example: 'step invoicing --trigger queue',
    add(draft, name, trigger, { folder, kept }) {
      requireStepName(name, folder, kept);
      if (!isTrigger(trigger)) throw wrong(`--trigger is '${trigger}', must be ${triggers.join(', ')}`, this.example);
      addStep(draft, name, trigger, kept);
    },
  },
  route: {
    option: 'path',
    example: "route getReviews --path '/products/{sku}/reviews'",
    add: (draft, name, path, { kept }) => addRoute(draft, { name, path }, kept),
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
};

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
