import { CliError } from './cli.ts';

export const iacs = ['cdk', 'terraform'] as const;
export type Iac = (typeof iacs)[number];

/** The value of --iac. */
export function iacNamed(name: string | undefined): Iac {
  const found = iacs.find((one) => one === (name ?? 'cdk'));
  if (found) return found;
  throw new CliError('usage', `--iac is '${name}', must be one of ${iacs.join(', ')}`, 'For example: --iac terraform');
}
