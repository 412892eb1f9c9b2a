import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative } from 'node:path';

/** Not watched, because it has thousands of folders without source files. */
const packages = 'node_modules';

/**
 * Reports each changed file below a folder by its relative path. Uses one watcher per folder, because Node's recursive
 * watcher loses a file on Linux when an editor saves by renaming a new file over the old one.
 */
export function watchFolder(root: string, onChange: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const add = (folder: string) => {
    if (watchers.has(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      if (!name) return;
      const path = join(folder, name);
      if (name === packages) return;
      if (isFolder(path)) addTree(path);
      else onChange(relative(root, path));
    });
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
  };
  const addTree = (folder: string) => {
    add(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory() && entry.name !== packages) addTree(join(folder, entry.name));
  };
  addTree(root);
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
