import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toSection } from '../../../stacks/rules/document.ts';
import { rules } from '../../../stacks/rules/rules.ts';

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');

/** By cloud, so that a fork without one cloud keeps the page. */
test.each([...new Set(rules.flatMap(({ clouds }) => clouds))])('docs/rules.md lists the rules of %s', (cloud) => {
  expect(page, 'Write it anew: npm run --silent rules -- --list > docs/rules.md').toContain(toSection(rules, cloud));
});
