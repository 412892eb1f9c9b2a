import { UsageError } from '../cli/cli.ts';
import { type PartName, parts } from '../parts/parts.ts';
import type { Answers } from './answers.ts';
import { type Names, ownNames, toWord } from './words.ts';

/** The options as given on the command line. */
export interface ForkOptions {
  readonly name: string;
  readonly order?: string | undefined;
  readonly sku?: string | undefined;
  readonly customer?: string | undefined;
  readonly keep: readonly string[];
  readonly storefront: string;
  readonly lab: string;
}

const clouds = ['aws', 'azure', 'google'] as const;
const tools = ['cdk', 'terraform'] as const;

export function toAnswers(options: ForkOptions): Answers {
  return { names: toNames(options), dropped: toDropped(options) };
}

function toNames({ name, order, sku, customer }: ForkOptions): Names {
  return {
    project: name,
    order: order === undefined ? ownNames.order : toWord(order),
    sku: sku === undefined ? ownNames.sku : toWord(sku),
    customer: customer === undefined ? ownNames.customer : toWord(customer),
  };
}

function toDropped({ keep, storefront, lab }: ForkOptions): PartName[] {
  const kept = new Set(keep.flatMap((list) => list.split(',')).map((name) => name.trim()));
  const all: readonly string[] = [...clouds, ...tools];
  for (const name of kept) if (!all.includes(name)) throw usage(`--keep is '${name}', must be of ${all.join(', ')}`);
  // If no cloud is named, or no tool, all of them stay.
  const dropFrom = (group: readonly string[]) =>
    group.some((name) => kept.has(name)) ? group.filter((name) => !kept.has(name)) : [];
  const dropped = [...dropFrom(clouds), ...dropFrom(tools)];
  if (dropped.includes('aws')) throw usage('--keep must hold aws: the local platform and the tests run on it');
  const others = clouds.filter((name) => name !== 'aws' && !dropped.includes(name));
  if (dropped.includes('terraform') && others.length > 0)
    throw usage(`--keep must hold terraform, or not ${others.join(', ')}: only Terraform deploys there`);
  const choices = [...dropIf('storefront', storefront), ...dropIf('lab', lab)];
  return (Object.keys(parts) as PartName[]).filter((name) => [...dropped, ...choices].includes(name));
}

function dropIf(part: PartName, choice: string): string[] {
  if (choice !== 'yes' && choice !== 'no') throw usage(`--${part} is '${choice}', must be yes or no`);
  return choice === 'no' ? [part] : [];
}

const usage = (message: string) => new UsageError('usage', message, 'npm run fork -- --help has all options.');
