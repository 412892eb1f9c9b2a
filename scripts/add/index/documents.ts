import type { Draft } from '../draft.ts';
import type { TableIndex } from './table-index.ts';

export function addDocuments(draft: Draft, index: TableIndex): void {
  const { table, attribute, operation, same } = index;
  draft.rewrite('docs/clouds.md', /^\| indexes \| (\d+): (.*?) \| (.*?) \| (\d+) /, (_, ...cells) => {
    const [count, names = '', azure, composite] = cells;
    const all = [...names.split(', '), `\`${table}.${index.index}\``].toSorted().join(', ');
    return `| indexes | ${Number(count) + 1}: ${all} | ${azure} | ${Number(composite) + 1} `;
  });
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]
### Added
- An index of \`${table}\` by \`${attribute}\`: the answer of \`${operation}\` names others with the same one in \`${same}\`.
`,
  );
}
