import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';

/** Reads the stack's output `Publishing`. `folder` holds the stack's `cdk.tf.json`, and its state or backend. */
export function readPublishing(folder: string): unknown {
  if (!existsSync(join(folder, 'cdk.tf.json')))
    throw new CliError(
      'stack_missing',
      `${folder} holds no cdk.tf.json`,
      'Synthesize and apply it first: npm run synth:terraform, then terraform apply in that folder.',
    );
  const { status, stdout, stderr, error } = spawnSync('terraform', ['output', '-json', 'Publishing'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return JSON.parse(stdout);
  throw new CliError(
    'stack_not_applied',
    `terraform output failed in ${folder}: ${error?.message ?? stderr.trim()}`,
    'Apply the stack first: terraform apply in that folder.',
  );
}
