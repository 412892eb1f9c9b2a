import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from '../../platform/process/copied-project.ts';
import { projectFolder } from '../../platform/process/paths.ts';

const constantFile = 'functions/contracts/project.ts';
const constant = /^export const project = '([^']*)';$/m;

export interface RenamedCopy {
  readonly folder: string;
  /** Changes the constant that holds the project's name. */
  rename(name: string): void;
  /** Lines that still contain the original name, as `file:line`. */
  leftovers(): string[];
  remove(): void;
}

/** Copies the project for a rename; the copy shares the installed packages. */
export function copyToRename(): RenamedCopy {
  const folder = copyProject(projectFolder, 'renamed-');
  const file = join(folder, constantFile);
  const original = constant.exec(readFileSync(file, 'utf8'))?.[1];
  if (original === undefined) throw new Error(`${constantFile}: must hold a line like export const project = 'name';`);
  return {
    folder,
    rename: (name) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(constant, `export const project = '${name}';`)),
    leftovers: () => findLeftovers(original, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Searches only for names of several words: a single word may occur with another meaning. */
function findLeftovers(original: string, folder: string): string[] {
  const words = original.split('-');
  if (words.length === 1) return [];
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const title = [capitals[0], ...words.slice(1)].join(' ');
  const spellings = [original, capitals.join(''), words.join(''), title];
  const pattern = '{functions,stacks,scripts,examples,storefront,test}/**/*.{ts,tsx,mjs,js,json,html,svg,css,snap}';
  const files = globSync(pattern, { cwd: folder, exclude: (path) => path.includes('node_modules') });
  return files
    .filter((file) => file !== constantFile)
    .flatMap((file) => {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      return lines.flatMap((line, index) =>
        spellings.some((spelling) => line.includes(spelling)) ? [`${file}:${index + 1}`] : [],
      );
    });
}
