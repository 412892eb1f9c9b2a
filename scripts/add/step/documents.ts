import type { Draft } from '../draft.ts';
import type { Shape } from './shape.ts';
import type { Spelling } from './spelling.ts';

export function addDocuments(draft: Draft, { name }: Spelling, shape: Shape): void {
  const { diagram, runbook, found, changelog } = shape.words;
  if (runbook !== undefined) draft.line('docs/runbook.md', { before: '## orders-swept' }, runbook);
  const file = 'docs/architecture.md';
  draft.line(file, { before: '    timer([timer]) --> sweeper' }, diagram.join('\n'));
  if (shape.like === 'fulfilment')
    draft.rewrite(
      file,
      /^(The steps of an order, in `functions`: [^;]*);\s/,
      (_, steps = '') => `${steps}, ${name};\n`,
    );
  draft.line(file, shape.like === 'intake' ? { after: lastOfRoutes } : { before: firstOfRoutes }, found);
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]\n### Added\n- ${changelog}\n`,
  );
}

const firstOfRoutes = 'A route can be followed by its name and its service. For `cancelOrder`, of intake:';
const lastOfRoutes =
  '| Tests on the deployed API? | `test/integration/orders.test.ts`, `test/integration/products.test.ts` |';
