import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../../../functions/contracts/project.ts';
import { CliError } from '../../cli/cli.ts';

/** This machine's Terraform: its version, and the source of its plugins. */
export interface Terraform {
  readonly version: string;
  /** Folder with plugins; undefined if they come from the registry. */
  readonly mirror: string | undefined;
}

const registry = 'registry.terraform.io';

/** @throws {CliError} terraform_missing, with installation advice */
export function findTerraform(): Terraform {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' };
  const { stdout, status } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8', env });
  if (status !== 0) {
    throw new CliError(
      'terraform_missing',
      'there is no terraform on the PATH',
      'Install Terraform 1.9 or newer: https://developer.hashicorp.com/terraform/install. The CDK does not need it.',
    );
  }
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  return { version, mirror: findMirror() };
}

/** Searches TF_PLUGIN_MIRROR, Terraform's own folders, and one level below the usual install folders. */
function findMirror(): string | undefined {
  const { TF_PLUGIN_MIRROR: given, XDG_DATA_HOME: data = join(homedir(), '.local', 'share') } = process.env;
  if (given !== undefined) return given;
  const own = [
    join(homedir(), '.terraform.d', 'plugins'),
    join(data, 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  const beside = ['/opt', '/usr/local/share', '/usr/local/lib', '/srv'].flatMap((parent) =>
    readNames(parent).map((name) => join(parent, name)),
  );
  return [...own, ...beside].find((folder) => existsSync(join(folder, registry)));
}

const readNames = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);

/** Returns why Terraform cannot apply anything here; undefined if it can. */
export function findTerraformLack(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), `${project}-terraform-`));
  try {
    const terraform = findTerraform();
    const config = join(folder, 'cli.tfrc');
    writeCliConfig(config, terraform);
    const providers = { aws: { source: 'hashicorp/aws', version: '>= 5.100, < 7' } };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: providers } }));
    const env = { ...process.env, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: '1' };
    const { status } = spawnSync('terraform', ['init', '-input=false'], { cwd: folder, env });
    return status === 0
      ? undefined
      : 'the registry does not deliver hashicorp/aws, and there is no plugin mirror (TF_PLUGIN_MIRROR)';
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The newest version of a provider in the mirror. */
export function mirroredVersion({ mirror }: Terraform, provider: string): string | undefined {
  if (mirror === undefined) return undefined;
  const versions = readNames(join(mirror, registry, ...provider.split('/'))).filter((name) => /^\d/.test(name));
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

/** Writes a run's CLI configuration: mirrored plugins come from the mirror, all others from the registry. */
export function writeCliConfig(file: string, { mirror }: Terraform): void {
  const providers = mirror === undefined ? [] : readProviders(mirror);
  const list = JSON.stringify(providers);
  const installation =
    mirror === undefined || providers.length === 0
      ? 'direct {}'
      : `filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n include = ${list}\n }\n direct {\n exclude = ${list}\n }`;
  writeFileSync(file, `disable_checkpoint = true\nprovider_installation {\n ${installation}\n}\n`);
}

function readProviders(mirror: string): string[] {
  const root = join(mirror, registry);
  return readNames(root).flatMap((owner) => readNames(join(root, owner)).map((name) => `${registry}/${owner}/${name}`));
}
