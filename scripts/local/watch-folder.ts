import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Reports each changed file below a folder, by its path in it. One watcher for each folder, because Node's recursive
 * one loses a file on Linux when an editor saves by renaming a new file over the old one.
 */
export function watchFolder(root: string, onChange: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const add = (folder: string) => {
    if (watchers.has(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      if (!name) return;
      const path = join(folder, name);
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
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.isDirectory()) add(join(entry.parentPath, entry.name));
  };
  addTree(root);
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
