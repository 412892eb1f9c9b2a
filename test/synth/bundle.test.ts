import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../stacks/build/bundle.ts';
import { serviceNames } from '../../stacks/model/services.ts';

/** Builds in memory: other processes may be building into the same folder. */
describe('the bundles', () => {
  const code = new Map<string, string>();
  const required = new Map<string, string[]>();

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({ ...bundleOptions(), write: false, metafile: true });
    for (const file of outputFiles) code.set(file.path.split('/').slice(-2).join('/'), file.text);
    for (const [path, { imports }] of Object.entries(metafile.outputs)) {
      const outside = imports.filter((each) => each.external).map((each) => each.path);
      required.set(path.split('/').slice(-2).join('/'), outside);
    }
  });

  test.each(serviceNames)('builds %s as one CommonJS file that exports a handler', (service) => {
    const text = code.get(`${service}/index.js`) ?? '';
    expect(text).toMatch(/module\.exports = __toCommonJS/);
    expect(text).toMatch(/handler: \(\) => handler/);
  });

  test.each(serviceNames)('bundles all dependencies of %s', (service) => {
    const builtIn = (name: string) => process.getBuiltinModule(name) !== undefined;
    expect(required.get(`${service}/index.js`)?.filter((name) => !builtIn(name))).toEqual([]);
  });

  test.each(serviceNames)('keeps %s below 2 MB, because a cold start reads all of it', (service) => {
    expect(code.get(`${service}/index.js`)?.length).toBeLessThan(2_000_000);
  });

  test.each(serviceNames)('puts no source and no local path into the source map of %s', (service) => {
    const map = JSON.parse(code.get(`${service}/index.js.map`) ?? '{}');
    expect(map.sourcesContent).toBeUndefined();
    expect(map.sources.filter((source: string) => source.startsWith('/'))).toEqual([]);
  });
});
