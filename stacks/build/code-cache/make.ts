// Makes the code cache of a package: node make.ts SERVICE BUNDLE FILE. Runs under the Node and the flags that will read
// it, imports nothing but Node's modules, and calls the function once, so that V8 has compiled what a first call needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { firstContext, firstEnvironment, firstEvents } from './first-calls.ts';
import { startStoreStub } from './store-stub.ts';

const [service = '', bundle = '', file = ''] = process.argv.slice(2);
const stub = await startStoreStub(() => service);
Object.assign(process.env, firstEnvironment(service, stub.url));

interface Package {
  readonly handler: (event: object, context: object) => Promise<unknown>;
  readonly prewarm?: () => Promise<void>;
}

const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle });
const module = { exports: {} as Package };
script.runInThisContext()(module, module.exports, dirname(bundle));
await module.exports.prewarm?.();
const event = firstEvents[service];
// The answer does not matter here.
if (event) await module.exports.handler(event, { ...firstContext, getRemainingTimeInMillis: () => 30_000 });

const data = script.createCachedData();
const made = [process.arch, crc32(data), cachedDataVersionTag(), basename(bundle)];
writeFileSync(file, Buffer.concat([Buffer.from(`${made.join(' ')}\n`), data]));
process.exit();
