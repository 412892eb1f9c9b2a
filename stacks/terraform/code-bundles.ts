import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetType, TerraformAsset } from 'cdktf';
import { type Bundle, buildTraceable, bundle, bundleFolder, readRevision, withName } from '../build/bundle.ts';
import { hosts, type OtherCloud, otherBundleOptions, packagesOf } from '../build/other-bundles.ts';
import { type LockFile, pruneLock } from '../build/prune-lock.ts';
import { fingerprint, readTree, writeTree } from '../build/write-tree.ts';
import type { Cloud } from '../model/clouds/clouds.ts';
import { cloudServices } from '../model/clouds/scaling.ts';
import type { Code, CodeOf } from './code.ts';

/** Builds the functions of a cloud; each becomes a zip next to the stack's file. */
export async function bundledCode(cloud: Cloud): Promise<CodeOf> {
  const findFolder = await (cloud === 'aws' ? bundleAws() : bundleOther(cloud));
  const made = new Map<string, Code>();
  return (scope, name) => {
    // Two functions may share code.
    const key = `${scope.node.path}/${name}`;
    const { folder, hash } = findFolder(name);
    const options = { path: folder, type: AssetType.ARCHIVE, assetHash: hash };
    const code = made.get(key) ?? { path: new TerraformAsset(scope, `${cloud}-${name}-code`, options).path, hash };
    made.set(key, code);
    return code;
  };
}

type FindFolder = (name: string) => { readonly folder: string; readonly hash: string };

async function bundleAws(): Promise<FindFolder> {
  await bundle();
  return (name) => ({ folder: bundleFolder(name as Bundle), hash: readRevision(name as Bundle) });
}

async function bundleOther(cloud: OtherCloud): Promise<FindFolder> {
  const { installs } = hosts[cloud];
  const packages = packagesOf(cloud);
  const options = otherBundleOptions(cloud);
  const { outdir } = options;
  const built = await buildTraceable(options);
  const beside = new Map(packageFiles(packages, installs).map(([name, json]) => [name, toFile(json)]));
  if (cloud === 'azure') beside.set('host.json', readFileSync(join(packages, 'host.json')));
  for (const service of cloudServices) {
    const folder = join(outdir, service);
    const { file, code } = built(folder, `${service}-${cloud}`);
    writeTree(folder, new Map([['index.js', withName(code, file)], ...beside]));
  }
  return (name) => ({ folder: join(outdir, name), hash: fingerprint(readTree(join(outdir, name))) });
}

const toFile = (json: object): Buffer => Buffer.from(`${JSON.stringify(json, null, 2)}\n`);

/** The packages that the cloud installs, in our locked versions: without a lock file, each build might get others. */
function packageFiles(folder: string, installs: readonly string[]): [name: string, json: object][] {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const own = (read('package.json') as { dependencies: Record<string, string> }).dependencies;
  const dependencies = Object.fromEntries(installs.map((name) => [name, own[name] ?? '']));
  const packageJson: [string, object] = ['package.json', { private: true, main: 'index.js', dependencies }];
  if (installs.length === 0) return [packageJson];
  return [packageJson, ['package-lock.json', pruneLock(read('package-lock.json') as LockFile, dependencies)]];
}
