import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import type { Target } from '../engine/target.ts';
import { type OnLine, runTool } from '../process/command-line-tool.ts';
import { keepLog } from '../process/logs.ts';
import type { Workspace } from '../process/workspace.ts';
import { type Terraform, writeCliConfig } from './provider.ts';

export interface TerraformRun {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly terraform: Terraform;
  /** Folder of the stack's file and its state. */
  readonly folder: string;
}

/**
 * Runs the real Terraform CLI. Logs its output, and passes each line to `onLine`. Resolves with the exit code if it is
 * 0 or one of `accepted`, because some Terraform commands answer by exit code; otherwise rejects.
 */
export async function runTerraform(
  { workspace, target, terraform, folder }: TerraformRun,
  args: readonly string[],
  { onLine = () => {}, accepted = [] }: { onLine?: OnLine; accepted?: readonly number[] } = {},
): Promise<number> {
  const { code, lines, logFile } = await runTool(workspace, {
    name: `terraform-${args[0]}`,
    program: 'terraform',
    args,
    cwd: folder,
    env: environment(workspace, target, terraform),
    onLine,
  });
  if (code !== 0 && !accepted.includes(code)) throw failed(args[0] ?? '', lines, keepLog(logFile));
  return code;
}

/** Isolated from the user's ~/.aws, ~/.terraform.d and environment. */
function environment(workspace: Workspace, target: Target, terraform: Terraform): Record<string, string> {
  const home = join(workspace.folder, 'terraform-home');
  mkdirSync(home, { recursive: true });
  const config = join(home, 'cli.tfrc');
  writeCliConfig(config, terraform);
  const { PATH = '', TMPDIR, HTTPS_PROXY } = process.env;
  return {
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    HOME: home,
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    AWS_CONFIG_FILE: join(home, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(target.endpointUrl !== undefined && { AWS_ENDPOINT_URL: target.endpointUrl }),
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
    ...(target.credentials.sessionToken && { AWS_SESSION_TOKEN: target.credentials.sessionToken }),
    AWS_REGION: target.region,
    ...(TMPDIR && { TMPDIR }),
    ...(HTTPS_PROXY && target.endpointUrl === undefined && { HTTPS_PROXY }),
  };
}

function failed(command: string, lines: readonly string[], log: string): CliError {
  const from = lines.findIndex((line) => /Error:/.test(line));
  const shown = (from < 0 ? lines.slice(-8) : lines.slice(from, from + 12)).join('\n');
  const offline = /Could not retrieve the list of available versions|no available releases/.test(lines.join('\n'));
  if (offline)
    return new CliError(
      'terraform_provider_missing',
      `terraform ${command} finds no provider:\n${shown}`,
      'The registry does not answer, and there is no plugin mirror: set TF_PLUGIN_MIRROR to one.',
    );
  return new CliError('terraform_failed', `terraform ${command} failed:\n${shown}`, `See the whole output in ${log}`);
}
