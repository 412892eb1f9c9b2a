import type { Draft } from '../draft.ts';
import type { TableIndex } from './table-index.ts';

/** The route that puts a row names the others with the same value: the permission to query has a use. */
export function addAnswers(draft: Draft, index: TableIndex): void {
  const { table, resource, answer, same, operation } = index;
  draft.after(
    'functions/contracts/http.ts',
    [`${resource.charAt(0).toUpperCase()}${resource.slice(1)}`],
    `/** Response of PUT: \`${same}\` has other products with the same value, if there are any. */
export const ${answer} = ${resource}.extend({ ${same}: z.array(grammar.sku).optional() });`,
  );
  const before = `200: http.${resource}, 201: http.${resource}`;
  const after = `200: http.${answer}, 201: http.${answer}`;
  draft.swap('scripts/openapi/operations.ts', ['operations', operation], before, after);
  draft.create(`functions/stock/${useCaseFile(index)}.ts`, useCase(index));
  const api = 'functions/stock/api.ts';
  draft.import(api, [nameOf(index)], `./${useCaseFile(index)}.ts`);
  const { handler, write, value, body, headers } = table === 'catalog' ? ofProduct(index) : ofTable(index);
  // Read before the write: what follows a write would let another one pass unseen before the answer.
  draft.swap(
    api,
    handler,
    write,
    `const ${same} = await ${nameOf(index)}({ sku, ${index.attribute}: ${value} }, ports.${index.memory});
    ${write}`,
  );
  draft.swap(
    api,
    handler,
    `return { status: created ? 201 : 200, body: ${body}${headers} };`,
    `const answer = { ...${body}, ...(${same}.length > 0 && { ${same} }) };
    return { status: created ? 201 : 200, body: answer${headers} };`,
  );
}

const ofProduct = ({ attribute }: TableIndex) => ({
  handler: ['stockApi', 'put'],
  write: 'const { created, product } = ',
  value: `body.${attribute}`,
  body: 'toProductResource(product)',
  headers: ', headers: { etag: toEtag(product) }',
});

const ofTable = ({ table, attribute, body }: TableIndex) => ({
  handler: [`answerPut${table.charAt(0).toUpperCase()}${table.slice(1)}`],
  write: 'const { created, stored } = ',
  value: `parseBody(event, ${body}).${attribute}`,
  body: 'stored',
  headers: '',
});

const useCaseFile = ({ module }: TableIndex): string => `others-of-${module}`;
const nameOf = ({ id }: TableIndex): string => `findOthersOf${id.charAt(0).toUpperCase()}${id.slice(1)}`;

const useCase = (index: TableIndex): string => `import type { ${index.port} } from '../ports/${index.file}.ts';

/** As many as an answer names. */
const most = 10;

/** Other products with the same \`${index.attribute}\`. An index lags: use it to warn, not to refuse. */
export async function ${nameOf(index)}(
  { sku, ${index.attribute} }: { readonly sku: string; readonly ${index.attribute}: string },
  rows: Pick<${index.port}, '${index.method}'>,
): Promise<readonly string[]> {
  const others: string[] = [];
  let next: string | undefined;
  do {
    const page = await rows.${index.method}(${index.attribute}, most + 1, next);
    others.push(...page.skus.filter((one) => one !== sku));
    next = page.next;
  } while (next !== undefined && others.length < most);
  return others.slice(0, most);
}
`;
