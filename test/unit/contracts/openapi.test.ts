import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problems } from '../../../functions/contracts/problem.ts';
import { routes } from '../../../functions/contracts/routes.ts';
import { openApiDocument } from '../../../scripts/openapi/document.ts';

const stored = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');

test('stores the document that the contracts generate (npm run openapi writes it)', () => {
  // Independent of the project's name.
  const withoutTitle = (text: string) => ({ ...JSON.parse(text), info: { ...JSON.parse(text).info, title: '' } });
  expect(withoutTitle(stored)).toEqual(withoutTitle(JSON.stringify(openApiDocument())));
});

test('describes every route once, with every error code', () => {
  const { paths } = openApiDocument();
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods)) as { operationId: string }[];
  expect(operations.map((operation) => operation.operationId).sort()).toEqual(routes.map((route) => route.name).sort());
  const anywhere = ['METHOD_NOT_ALLOWED'];
  for (const code of Object.keys(problems)) expect(anywhere.includes(code) || stored.includes(code)).toBe(true);
});
