import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../../../stacks/build/bundle.ts';
import { projectFolder } from '../../../../stacks/build/folders.ts';
import { type Service, serviceNames } from '../../../../stacks/model/services.ts';
import { CliError } from '../../../cli/cli.ts';
import type { OtherVersion } from '../../../platform/functions/versions.ts';

const hint =
  'Name a commit or a tag that this repository has: --base REF. A shallow clone has none: git fetch --unshallow';

/**
 * Bundles the functions of a commit with the packages installed here.
 *
 * @throws {CliError} without git, without the commit, and when the commit needs other packages
 */
export async function bundlePrevious(ref: string, folder: string): Promise<OtherVersion> {
  const commit = git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], `there is no commit '${ref}'`)
    .toString()
    .trim();
  checkPackages(ref, git(['show', `${commit}:package-lock.json`], `'${ref}' has no package-lock.json`).toString());
  const sources = join(folder, 'sources');
  mkdirSync(sources);
  const archive = git(['archive', '--format=tar', commit, 'functions', 'package.json'], `'${ref}' has no functions`);
  const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', sources], { input: archive });
  if (status !== 0) throw new CliError('tar_failed', `tar failed: ${stderr}`, 'tar must be on the PATH.');
  await build({
    ...bundleOptions(serviceNames),
    absWorkingDir: sources,
    entryPoints: serviceNames.map((service) => ({
      in: join(sources, 'functions', service, 'aws.ts'),
      out: join(service, 'index'),
    })),
    outdir: join(folder, 'bundles'),
    nodePaths: [join(projectFolder, 'node_modules')],
  });
  return { name: commit.slice(0, 12), bundlePath: (service) => join(folder, 'bundles', service, 'index.js') };
}

function git(args: readonly string[], problem: string): Buffer {
  const { status, stdout, error } = spawnSync('git', args, { cwd: projectFolder, maxBuffer: 2 ** 28 });
  if (error)
    throw new CliError('git_missing', `git did not start: ${error.message}`, 'Install git, and put it on the PATH.');
  if (status !== 0) throw new CliError('version_unknown', problem, hint);
  return stdout;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
}

/** With other packages, the bundle would differ from the version that was released. */
export function checkPackages(
  ref: string,
  text: string,
  present = readFileSync(join(projectFolder, 'package-lock.json'), 'utf8'),
): void {
  const [was, is] = [readRuntime(text), readRuntime(present)];
  const differing = [...was].filter(([name, version]) => is.get(name) !== version).map(([name]) => name);
  if (differing.length === 0) return;
  throw new CliError(
    'packages_differ',
    `the functions of '${ref}' need other packages than are installed here: ${differing.slice(0, 3).join(', ')}`,
    'Name a base with the same packages: --base REF. Or run the drill before the packages are changed.',
  );
}

/** Packages that functions load at run time, by path. */
function readRuntime(text: string): Map<string, string | undefined> {
  const { packages } = JSON.parse(text) as Lock;
  const own = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  return new Map(own.map(([path, { version }]) => [path, version]));
}

export type BundleOf = (service: Service) => string;
