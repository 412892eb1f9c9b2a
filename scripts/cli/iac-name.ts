import { CliError } from './cli.ts';

const iacs = ['cdk', 'terraform'] as const;
export type Iac = (typeof iacs)[number];

/** Parses the value of --iac; undefined leaves the choice to the platform. */
export function parseIac(name: string | undefined): Iac | undefined {
  const found = iacs.find((one) => one === name);
  if (found || name === undefined) return found;
  throw new CliError('usage', `--iac is '${name}', must be one of ${iacs.join(', ')}`, 'For example: --iac terraform');
}
