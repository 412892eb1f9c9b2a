/** An entry of a package-lock.json (version 3), by its path below the project: `node_modules/a/node_modules/b`. */
export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * The part of a lock file that some of its dependencies need, so that `npm ci` installs just them, in the same versions.
 *
 * @throws {Error} when the lock file does not hold one of them
 */
export function pruneLock(lock: LockFile, dependencies: Readonly<Record<string, string>>): LockFile {
  const kept = new Map<string, LockedPackage>();
  const waiting = Object.keys(dependencies).map((name) => ({ name, from: '' }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const path = findInstalled(lock, next.name, next.from);
    const found = path === undefined ? undefined : lock.packages[path];
    if (path === undefined || !found || kept.has(path)) {
      if (!found && next.from === '') throw new Error(`lock file: holds no '${next.name}'. Run npm install beside it`);
      continue;
    }
    kept.set(path, found);
    const needed = { ...found.dependencies, ...found.optionalDependencies, ...found.peerDependencies };
    waiting.push(...Object.keys(needed).map((name) => ({ name, from: path })));
  }
  const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  return { lockfileVersion: lock.lockfileVersion, packages: { '': { dependencies }, ...Object.fromEntries(sorted) } };
}

/** Like Node: beside the importing package, then in each folder above. */
function findInstalled(lock: LockFile, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') return undefined;
  }
}
