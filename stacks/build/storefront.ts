import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'vite';
import { projectTitle } from '../model/names.ts';
import { buildFolder, projectFolder } from './folders.ts';
import { readTree, writeTree } from './write-tree.ts';

const source = join(projectFolder, 'storefront');
/** The only code that the page takes from outside its folder. */
const orderStates = join(projectFolder, 'functions', 'domain', 'order-states.ts');
const storefrontFolder = join(buildFolder, 'storefront');
/** Outside the folder, so that it is not published. */
const stamp = join(buildFolder, 'storefront.sha256');

/** Builds the storefront into `.build/storefront`, unless it is already built from the same files. */
export async function buildStorefront(): Promise<string> {
  const hash = readSourceHash();
  if (existsSync(storefrontFolder) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)
    return storefrontFolder;
  await mkdir(buildFolder, { recursive: true });
  const fresh = await mkdtemp(`${storefrontFolder}-`);
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    plugins: [{ name: 'title', transformIndexHtml: (html) => html.replace('%TITLE%', projectTitle) }],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: fresh,
      assetsDir: 'assets',
      target: 'es2022',
      emptyOutDir: true,
      // Inlined assets are data: URLs, which the content security policy would have to allow.
      assetsInlineLimit: 0,
      // Every target browser supports it; the polyfill would add to each first load.
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
  await rm(stamp, { force: true });
  writeTree(storefrontFolder, readTree(fresh));
  await rm(fresh, { recursive: true });
  await writeFile(stamp, hash);
  return storefrontFolder;
}

/** Hash of every build input: the title, the sources, this file, and the locked packages. */
function readSourceHash(): string {
  const files = globSync('**/*', { cwd: source, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256').update(projectTitle);
  for (const file of [...files.sort(), orderStates, import.meta.filename, join(projectFolder, 'package-lock.json')])
    hash
      .update(`${relative(projectFolder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

if (import.meta.main) process.stdout.write(`${await buildStorefront()}\n`);
