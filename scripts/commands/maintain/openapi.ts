import { writeFileSync } from 'node:fs';
import { parseCommandLine, runMain } from '../../cli/cli.ts';
import { openApiDocument } from '../../openapi/document.ts';

const usage = `
usage: npm run openapi

Writes docs/openapi.json from the route table and the schemas of functions/contracts. A test fails if it is out of date.

  --help
`;

await runMain(async () => {
  parseCommandLine(usage, {});
  const file = new URL('../../../docs/openapi.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
  process.stdout.write('wrote docs/openapi.json\n');
  return 0;
});
