import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const commands = globSync(join(import.meta.dirname, '../../scripts/*.ts'));

// A command runs where it awaits `runMain`: what is declared below does not exist yet.
test.each(commands.map((file) => [basename(file), file]))('%s declares its values before it runs', (_, file) => {
  const [, below = ''] = readFileSync(file, 'utf8').split(/^await runMain\(/m);
  expect(below.match(/^(?:export )?(?:const|let|class) .*/gm)).toBe(null);
});
