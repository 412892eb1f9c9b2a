import { CliError } from '../cli.ts';
import { type Iac, iacs } from './deployment.ts';

/** The value of --iac. */
export function iacNamed(name: string | undefined): Iac {
  const found = iacs.find((one) => one === (name ?? 'cdk'));
  if (found) return found;
  throw new CliError('usage', `--iac is '${name}', must be one of ${iacs.join(', ')}`, 'For example: --iac terraform');
}
