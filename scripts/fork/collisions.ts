import { listNamed, projectViolations } from '../../stacks/model/checks/check-project.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { isForkMaker } from './drop.ts';
import { toRename } from './rename.ts';
import { type Names, ownNames, type WordName, wordNames } from './words.ts';

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Longer words break so many lines that functions outgrow their budget. */
export const longestWord = 9;

const keywords = new Set(
  'abstract arguments as async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends false finally for from function get if implements import in instanceof interface is keyof let namespace never new null number object of package private protected public readonly return set static string super switch symbol this throw true try type typeof undefined unknown using var void while with yield'.split(
    ' ',
  ),
);
const globals = new Set(Object.getOwnPropertyNames(globalThis).map((name) => name.toLowerCase()));

/** Why the names cannot be used; empty when they can. Each line holds the option, the value and the reason. */
export function findCollisions(names: Names, sources: readonly Source[]): string[] {
  const grammar = [...projectViolations(names.project), ...wordNames.flatMap((name) => checkWord(name, names))];
  if (grammar.length > 0) return grammar.map((line) => line.replace(/^project\b/, '--name'));
  return [...checkDistinct(names), ...checkLengths(names), ...checkMerges(names, sources)];
}

function checkWord(name: WordName, names: Names): string[] {
  return (['singular', 'plural'] as const).flatMap((number) => {
    const word = names[name][number];
    if (word === ownNames[name][number]) return [];
    const what = `--${name} is '${word}'`;
    const form = number === 'plural' ? ', the plural,' : '';
    if (!/^[a-z]+$/.test(word)) return [`${what}${form} must be one word of the letters a to z`];
    if (word.length < 2 || word.length > longestWord + (number === 'plural' ? 2 : 0))
      return [`${what}${form} must have 2 to ${longestWord} letters, has ${word.length}`];
    if (keywords.has(word)) return [`${what}${form} is a keyword of TypeScript`];
    return globals.has(word) ? [`${what}${form} is a global name of JavaScript`] : [];
  });
}

/** Names must be distinct, or the renaming could not tell them apart. */
function checkDistinct(names: Names): string[] {
  const all = wordNames.flatMap((name) => [names[name].singular, names[name].plural].map((word) => ({ name, word })));
  return all.flatMap(({ name, word }, index) => {
    const other = all.findIndex((one) => one.word === word);
    return other < index ? [`--${name}: '${word}' stands for two things, of --${all[other]?.name} and --${name}`] : [];
  });
}

/** Checks resource names that contain a word against their limits. */
function checkLengths(names: Names): string[] {
  const rename = toRename(names);
  const all = Object.values(stages).flatMap(listNamed);
  const long = all.flatMap(({ what, name, limit }) => {
    const renamed = rename('', name).text;
    if (renamed.length <= limit.value) return [];
    return [`${what} '${renamed}' has ${renamed.length} characters, may have ${limit.value} (${limit.source})`];
  });
  return long.slice(0, 1);
}

const identifiers = /[A-Za-z_$][\w$]*/g;
const code = /\.(ts|tsx|mjs|js|py|json|html|css)$/;

/** A new word that the code already uses would get two meanings. */
function checkMerges(answers: Names, sources: readonly Source[]): string[] {
  const rename = toRename(answers);
  const known = new Map<string, Source>();
  for (const source of sources.filter(({ path }) => code.test(path) && !isForkMaker(path)))
    for (const [name] of source.text.matchAll(identifiers)) if (!known.has(name)) known.set(name, source);
  const merged = [...known.keys()].flatMap((name) => {
    const renamed = rename('', name).text;
    const there = renamed === name ? undefined : known.get(renamed);
    return there ? [`'${name}' would become '${renamed}', which the code has already: ${toPlace(there, renamed)}`] : [];
  });
  return merged.slice(0, 3);
}

function toPlace({ path, text }: Source, name: string): string {
  const lines = text.split('\n');
  const line = lines.findIndex((one) => [...one.matchAll(identifiers)].some(([found]) => found === name));
  return `${path}:${line + 1}`;
}
