import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { TableIndex } from './table-index.ts';

export function addDocuments(draft: Draft, index: TableIndex, kept: Kept): void {
  const { table, attribute, operation, same } = index;
  // The page compares the clouds.
  if (kept.azure && kept.google) addToCloudTable(draft, index);
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]
### Added
- An index of \`${table}\` by \`${attribute}\`: the answer of \`${operation}\` names others with the same one in \`${same}\`.
`,
  );
}

function addToCloudTable(draft: Draft, { table, index }: TableIndex): void {
  draft.rewrite('docs/clouds.md', /^\| indexes \| (\d+): (.*?) \| (.*?) \| (\d+) /, (_, ...cells) => {
    const [count, names = '', azure, composite] = cells;
    const all = [...names.split(', '), `\`${table}.${index}\``].toSorted().join(', ');
    return `| indexes | ${Number(count) + 1}: ${all} | ${azure} | ${Number(composite) + 1} `;
  });
}
