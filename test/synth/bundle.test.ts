import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { mapStack } from '../../scripts/operations/trace-stack/map-stack.ts';
import { packageOptions } from '../../stacks/build/bundle.ts';
import { describeCache, makeCodeCache } from '../../stacks/build/code-cache/code-cache.ts';
import { nameBundle } from '../../stacks/build/source-maps.ts';
import { releaseHooks } from '../../stacks/model/operations/release-names.ts';
import { type Service, serviceNames, services } from '../../stacks/model/services.ts';

const maxZippedBytes = 300 * 1024;
/** Size of the minified bundle; a cold start reads all of it. */
const maxBytes = 500 * 1024;
const maxModules = 600;

/** SDK clients that a service may bundle: only those that the model grants it. */
function grantedClients(service: Service): string[] {
  const clients = {
    table: 'dynamodb',
    queue: 'sqs',
    bus: 'eventbridge',
    cdn: 'cloudfront',
    secret: 'secrets-manager',
  } as const;
  const stream = services[service].trigger.kind === 'stream' ? ['dynamodb'] : [];
  return [...new Set([...services[service].access.map(({ kind }) => clients[kind]), ...stream])].sort();
}

/** Builds in memory: other processes may be building into the same folder. */
describe('the packages', () => {
  const code = new Map<string, string>();
  const outputs = new Map<string, Metafile['outputs'][string]>();

  beforeAll(async () => {
    const { outputFiles, metafile } = await build(packageOptions());
    const nameOf = (path: string) => path.split('/').slice(-2).join('/');
    for (const file of outputFiles) code.set(nameOf(file.path), file.text);
    for (const [path, output] of Object.entries(metafile.outputs)) outputs.set(nameOf(path), output);
  });

  const bundleOf = (service: Service) => code.get(`${service}/index.js`) ?? '';
  /** Paths of the modules that contribute code to the bundle. */
  const modulesOf = (service: Service) =>
    Object.entries(outputs.get(`${service}/index.js`)?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path);
  const foldersOf = (service: Service, name: RegExp) =>
    [...new Set(modulesOf(service).flatMap((path) => name.exec(path)?.[1] ?? []))].sort();

  test.each(serviceNames)('builds %s as one function that exports a handler and a prewarm', (service) => {
    expect(bundleOf(service).startsWith('(function(module,exports,__dirname){')).toBe(true);
    expect(bundleOf(service).includes('module.exports={handler,prewarm}')).toBe(true);
  });

  test.each([...serviceNames, 'publishing'] as const)('makes a code cache of %s', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
    // Changed, so that no cache of an earlier run is found.
    const salted = Buffer.from(`${code.get(`${name}/index.js`)}//${folder}\n`);
    const file = nameBundle(`${name}-aws`, salted);
    writeFileSync(join(folder, file), salted);
    const cache = makeCodeCache(name, join(folder, file), { command: [process.execPath], arch: process.arch });
    expect(describeCache(cache)[0]).toBe(process.arch);
    rmSync(folder, { recursive: true });
  });

  test.each(serviceNames)('bundles all dependencies of %s, and takes Node’s modules without require', (service) => {
    expect(outputs.get(`${service}/index.js`)?.imports).toEqual([]);
    expect(bundleOf(service).includes('process.getBuiltinModule("crypto")')).toBe(true);
  });

  test.each(serviceNames)('keeps %s small', (service) => {
    expect(bundleOf(service).length).toBeLessThan(maxBytes);
    expect(deflateRawSync(bundleOf(service)).length).toBeLessThan(maxZippedBytes);
    expect(modulesOf(service).length).toBeLessThan(maxModules);
  });

  test.each(serviceNames)('bundles into %s only the SDK clients that it may call', (service) => {
    const clients = foldersOf(service, /node_modules\/@aws-sdk\/client-([\w-]+)\//);
    expect(clients.filter((client) => !grantedClients(service).includes(client))).toEqual([]);
    expect(
      foldersOf(service, /node_modules\/@aws-sdk\/(nested-clients|credential-provider-(?!env\/)[\w-]+)\//),
    ).toEqual([]);
  });

  test.each(serviceNames)('bundles each package into %s once, and no locale but English', (service) => {
    const places = new Map<string, Set<string>>();
    for (const path of modulesOf(service)) {
      const [, place, name] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
      if (place && name) places.set(name, (places.get(name) ?? new Set()).add(place));
    }
    const twice = [...places].filter(([, found]) => found.size > 1);
    expect(twice.map(([name]) => name)).toEqual([]);
    expect(foldersOf(service, /node_modules\/zod\/(?:v4\/)?locales\/(\w+)/).filter((name) => name !== 'en')).toEqual(
      [],
    );
    expect(foldersOf(service, /node_modules\/zod\/(v3|mini)\//)).toEqual([]);
  });

  test('keeps the class names that code reads', () => {
    expect(bundleOf('intake').includes('"JWTExpired"')).toBe(true);
    expect(bundleOf('catalog').includes('"NoOpLogger"')).toBe(true);
    expect(bundleOf('catalog').includes('"DynamoDBDocumentClient"')).toBe(false);
  });

  test.each(serviceNames)('keeps the source map of %s apart, without sources and local paths', (service) => {
    expect(bundleOf(service).includes('sourceMappingURL')).toBe(false);
    const map = JSON.parse(code.get(`${service}/index.js.map`) ?? '{}');
    expect(map.sourcesContent).toBeUndefined();
    expect(map.sources.filter((source: string) => source.startsWith('/'))).toEqual([]);
  });

  test.each([...serviceNames, ...releaseHooks, 'publishing'] as const)('a stack in %s leads to its entry', (name) => {
    const [text = '', map = ''] = ['js', 'js.map'].map((end) => code.get(`${name}/index.${end}`));
    const entry = `functions/${name}/aws.ts`;
    const payload = JSON.parse(map);
    const found = new SourceMap(payload);
    const lines = text.split('\n');
    const line = lines.length - 1;
    let column = lines[line]?.length ?? 0;
    const isOfEntry = () => String((found.findEntry(line, column) as SourceMapping).originalSource).endsWith(entry);
    while (column > 0 && !isOfEntry()) column--;
    const frame = `    at async /var/task/${name}-aws-0123456789ab.js:${line + 1}:${column + 1}`;
    const mapped = mapStack(frame, () => ({ code: text, map: payload }));
    expect(mapped).toMatch(new RegExp(`^    at async ${entry}:\\d+:\\d+$`));
  });

  test('two builds of the same sources are equal', async () => {
    const again = await build(packageOptions(['intake']));
    expect(again.outputFiles.find(({ path }) => path.endsWith('.js'))?.text === bundleOf('intake')).toBe(true);
  });
});
