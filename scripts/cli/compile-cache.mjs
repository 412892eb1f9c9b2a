// Plain JavaScript without dependencies: run.mjs uses it before anything is installed.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Files, of 10 to 100 KB. A changed file leaves its old entry behind. */
const keptAtMost = 6_000;

/**
 * Node's cache of compiled code, with the types stripped. Node compares each entry with the file's text, so none is
 * stale. The folder may be deleted at any time.
 *
 * @returns the environment variable that switches it on; a value that the user set stays
 */
export function compileCache(root, atMost = keptAtMost) {
  const folder = join(root, '.local', 'compile-cache');
  try {
    if (existsSync(folder) && readdirSync(folder, { recursive: true }).length > atMost)
      rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another command writes to the folder or deletes it at this moment. The next command tries again.
  }
  return { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? folder };
}
