import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { fromVendor, linkVendor } from '../../stacks/build/vendor.ts';

/** A project with one package that is not linked, and a linked file: in it `esm` is an ES module, and `cjs` is not. */
async function bundleWith(code: string): Promise<unknown> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'vendor-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write(
    'vendor.cjs',
    `module.exports = {
      esm: () => ({ __esModule: true, default: () => 'the default', named: 'esm.named', 'not-a-name': 1 }),
      cjs: () => Object.assign(() => 'the whole', { named: 'cjs.named' }),
    };`,
  );
  write('node_modules/fresh/package.json', '{"type":"module","exports":"./index.js"}');
  write('node_modules/fresh/index.js', `export default 'bundled';`);
  write('package.json', '{"type":"module"}');
  write('entry.ts', code);
  const names = { esm: ['__esModule', 'default', 'named', 'not-a-name'], cjs: ['named'] };
  await build({
    ...{ entryPoints: [join(root, 'entry.ts')], outfile: join(root, 'out', 'index.cjs'), bundle: true },
    ...{ platform: 'node', format: 'cjs', plugins: [fromVendor({ file: join(root, 'vendor.cjs'), names })] },
  });
  return (createRequire(import.meta.url)(join(root, 'out', 'index.cjs')) as { result: unknown }).result;
}

it('gives default and named exports of linked packages as bundling them would', async () => {
  const code = `import whole, { named } from 'esm'; import * as all from 'esm'; import all2, { named as n2 } from 'cjs';
    export const result = [whole(), named, all.named, all2(), n2];`;
  expect(await bundleWith(code)).toEqual(['the default', 'esm.named', 'esm.named', 'the whole', 'cjs.named']);
});

it('bundles a package that is not linked', async () => {
  expect(await bundleWith(`import text from 'fresh'; export const result = text;`)).toBe('bundled');
});

it('links packages once, and again when other ones are installed or imported', async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'vendor-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [entry, lock, folder] = [join(root, 'entry.ts'), join(root, 'lock.json'), join(root, 'kept')];
  const link = async (code: string, installed: string) => {
    writeFileSync(entry, code);
    writeFileSync(lock, installed);
    const options = { entryPoints: [entry], mainFields: ['module', 'main'], target: 'node24', minifySyntax: true };
    return linkVendor({ ...options, bundle: true, platform: 'node', outdir: root }, { folder, lock });
  };
  const first = await link(`import limit from 'p-limit'; limit(1);`, 'one');
  expect(first.names).toEqual({ 'p-limit': expect.arrayContaining(['default']) });
  expect((await link(`import limit from 'p-limit'; limit(2);`, 'one')).file).toBe(first.file);
  const second = await link(`import limit from 'p-limit'; limit(1);`, 'two');
  const third = await link(`import limit from 'p-limit'; import { v7 } from 'uuid'; limit(v7());`, 'two');
  expect(new Set([first.file, second.file, third.file]).size).toBe(3);
  expect(Object.keys(third.names)).toEqual(['p-limit', 'uuid']);
  rmSync(dirname(first.file), { recursive: true });
  expect(existsSync((await link(`import limit from 'p-limit'; limit(1);`, 'one')).file)).toBe(true);
});
