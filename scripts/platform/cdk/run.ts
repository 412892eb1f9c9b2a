import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import type { Target } from '../engine/target.ts';
import { type OnLine, runTool } from '../process/command-line-tool.ts';
import { keepLog } from '../process/logs.ts';
import { projectFolder } from '../process/paths.ts';
import type { Workspace } from '../process/workspace.ts';

/** Runs the real CDK CLI against a target. Logs its output, and passes each line to `onLine`. */
export async function runCdk(
  workspace: Workspace,
  target: Target,
  args: readonly string[],
  onLine: OnLine,
): Promise<void> {
  const cli = join(projectFolder, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const { code, lines, logFile } = await runTool(workspace, {
    name: `cdk-${args[0]}`,
    program: process.execPath,
    args: [cli, ...args],
    cwd: projectFolder,
    env: environment(workspace, target),
    onLine,
  });
  if (code !== 0) throw failed(args[0] ?? '', lines, keepLog(logFile));
}

/** Isolated from the user's ~/.aws, ~/.cdk and environment. */
function environment(workspace: Workspace, target: Target): Record<string, string> {
  const home = join(workspace.folder, 'cdk-home');
  mkdirSync(home, { recursive: true });
  const empty = join(home, 'empty');
  writeFileSync(empty, '');
  const { PATH = '', TMPDIR, SystemRoot, HTTPS_PROXY } = process.env;
  return {
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    CDK_HOME: home,
    // Without Node's compile cache, each run of the CLI parses 30 MB again.
    NODE_COMPILE_CACHE: join(projectFolder, '.local', 'compile-cache'),
    // CloudFormation's rules take half of the synthesis time. The tests check the AWS stages against them.
    CDK_VALIDATION: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    AWS_CONFIG_FILE: empty,
    AWS_SHARED_CREDENTIALS_FILE: empty,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(target.endpointUrl === undefined
      ? { ...(HTTPS_PROXY ? { HTTPS_PROXY } : {}) }
      : { AWS_ENDPOINT_URL: target.endpointUrl }),
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
    ...(target.credentials.sessionToken ? { AWS_SESSION_TOKEN: target.credentials.sessionToken } : {}),
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    CDK_DEFAULT_REGION: target.region,
    NO_COLOR: '1',
    ...(TMPDIR ? { TMPDIR } : {}),
    ...(SystemRoot ? { SystemRoot } : {}),
  };
}

/** Variables that differ between runs: addresses, keys, folders, and search paths. */
const perRun =
  /^(PATH|HOME|USERPROFILE|CDK_HOME|TMPDIR|SystemRoot|HTTPS_PROXY|AWS_(CONFIG_FILE|SHARED_.*|ENDPOINT_URL|ACCESS_.*|S.*))$/;

/** The part of the CLI's environment that is the same in every run, so that runs can share a synthesis. */
export function lastingEnvironment(workspace: Workspace, target: Target): Record<string, string> {
  return Object.fromEntries(Object.entries(environment(workspace, target)).filter(([name]) => !perRun.test(name)));
}

const informative = /error|fail|❌|invalid|denied|cannot|not found|must /i;

function failed(command: string, lines: readonly string[], log: string): CliError {
  const selected = lines.filter((line) => informative.test(line));
  const shown = (selected.length > 0 ? selected : lines).slice(-8).join('\n');
  return new CliError('deploy_failed', `cdk ${command} failed:\n${shown}`, `See the whole output in ${log}`);
}
