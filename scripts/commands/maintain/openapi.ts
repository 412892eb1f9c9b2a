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
  const text = JSON.stringify(openApiDocument(), null, 2);
  // Some of a pattern's characters are invisible.
  const escaped = text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(file, `${escaped}\n`);
  process.stdout.write('wrote docs/openapi.json\n');
  return 0;
});
