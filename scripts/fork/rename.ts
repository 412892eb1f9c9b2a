import { createHash } from 'node:crypto';
import { exceptions, joinedNames, keptFiles, lockFile, pinnedPaths } from './exceptions.ts';
import { type Names, ownNames, type WordName, wordNames } from './words.ts';

export interface Named {
  readonly path: string;
  readonly text: string;
}

/** Renames a file: its path and its text. The same names and file give the same result, whatever else is there. */
export type Rename = (path: string, text: string) => Named;

/** @returns the renaming from the project's own names to a fork's */
export function toRename(names: Names): Rename {
  const spell = spellings(names);
  const pinned = pinnedIds(spell);
  return (path, text) => {
    if (keptFiles.some(({ file }) => file.test(path))) return { path, text };
    if (lockFile.test(path)) return { path, text: renameProject(text, names.project) };
    const written = renameProject(renameText(path, text, spell, pinned), names.project);
    return {
      path: path
        .split('/')
        .map((part) => renameWords(part, spell))
        .join('/'),
      text: written,
    };
  };
}

type Spellings = ReadonlyMap<string, string>;

/** Maps each spelling of a word to the new one: `order`, `Order`, `ORDER`, and the plurals. */
function spellings(names: Names): Spellings {
  const pairs = wordNames.flatMap((name: WordName) =>
    (['singular', 'plural'] as const).flatMap((number) => {
      const [from, to] = [ownNames[name][number], names[name][number]];
      return [(text: string) => text, capital, (text: string) => text.toUpperCase()].map(
        (style) => [style(from), style(to)] as const,
      );
    }),
  );
  return new Map(pairs);
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const joined = new RegExp(joinedNames.join('|'), 'g');
/** The humps of a name: `ordersByCustomerIndex` has four. */
const humps = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

/** Renames the words in names and prose that stand alone between borders. */
function renameWords(text: string, spell: Spellings): string {
  return text.replace(joined, (name) => renameInside(name, spell)).replace(humps, (word) => spell.get(word) ?? word);
}

/** A word in a joined name has no borders. */
function renameInside(name: string, spell: Spellings): string {
  for (const [from, to] of [...spell].reverse()) if (name.includes(from)) return name.replaceAll(from, to);
  return name;
}

/** Renames all text but the exceptions. */
function renameText(path: string, text: string, spell: Spellings, pinned: Spellings): string {
  const due = exceptions.filter(({ files }) => files?.test(path) ?? true).map(({ match }) => match);
  const kept = due.flatMap((match) =>
    [...text.matchAll(match)].map(({ 0: found, index }) => [index, index + found.length]),
  );
  const ranges = kept.toSorted(([a = 0], [b = 0]) => a - b);
  let done = '';
  let from = 0;
  for (const [start = 0, end = 0] of ranges) {
    if (end <= from) continue;
    if (start > from) done += renamePassage(text.slice(from, start), spell, pinned);
    done += text.slice(Math.max(start, from), end);
    from = end;
  }
  return done + renamePassage(text.slice(from), spell, pinned);
}

function renamePassage(text: string, spell: Spellings, pinned: Spellings): string {
  const ids = text.replace(/\b[A-Z][A-Za-z]+[0-9A-F]{8}\b/g, (id) => pinned.get(id) ?? id);
  return renameWords(mendArticles(ids, spell), spell);
}

/** "An order" becomes "a booking": the article before a word that is renamed follows its first letter. */
function mendArticles(text: string, spell: Spellings): string {
  return text.replace(
    /\b([Aa])n?((?:\s+(?:(?:\*|\/\/|#)\s+)?|-)['"`*_]*)([A-Za-z]+)/g,
    (whole, article: string, gap: string, word: string) => {
      const [first = ''] = word.match(humps) ?? [];
      const to = spell.get(first);
      if (to === undefined || to === first) return whole;
      return `${article}${/^[aeiou]/i.test(to) ? 'n' : ''}${gap}${word}`;
    },
  );
}

/** The project's name in its spellings; with `-blueprint` it is the name of the package. */
function renameProject(text: string, project: string): string {
  const from = ownNames.project.split('-');
  const to = project.split('-');
  const styles: ((words: readonly string[]) => string)[] = [
    (words) => words.map(capital).join(''),
    (words) => words.join(''),
    (words) => capital(words.join(' ')),
    (words) => words.join(' '),
  ];
  const renamed = text.replaceAll(`${ownNames.project}-blueprint`, project).replaceAll(ownNames.project, project);
  const articled = mendProjectArticle(renamed, from.join(' '), to.join(' '));
  return styles.reduce((all, style) => all.replaceAll(style(from), style(to)), articled);
}

function mendProjectArticle(text: string, from: string, to: string): string {
  const article = /^[aeiou]/.test(to) ? 'n' : '';
  return text.replace(new RegExp(`\\b([Aa])n? (?=${from})`, 'g'), `$1${article} `);
}

/** The logical ids of `pinnedPaths`, as CDK builds them: the path's names, then a hash of the path. */
function pinnedIds(spell: Spellings): Spellings {
  return new Map(pinnedPaths.map((path) => [toLogicalId(path), toLogicalId(renameWords(path, spell))]));
}

function toLogicalId(path: string): string {
  const names = path.split('/').filter((name) => name !== 'Resource');
  const hash = createHash('md5').update(path).digest('hex').slice(0, 8).toUpperCase();
  return names.join('').replace(/[^A-Za-z0-9]/g, '') + hash;
}
