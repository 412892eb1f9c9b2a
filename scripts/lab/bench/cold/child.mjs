// One cold start: loads a package as Lambda's runtime does, waits for the signal, and makes the first call.
import { readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const [entry = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const read = () => {
  const buffer = Buffer.alloc(1 << 16);
  return buffer.subarray(0, readSync(0, buffer)).toString();
};
const { event, context } = JSON.parse(read());

async function measure(work) {
  const begun = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [{ ms: performance.now() - begun, cpuMs: (user + system) / 1_000 }, result];
}

// The runtime, too, loads `.js` by require and `.mjs` by import.
const [init, { handler }] = await measure(async () => (entry.endsWith('.mjs') ? import(entry) : require(entry)));
const [call, result] = await measure(() => handler(event, { ...context, getRemainingTimeInMillis: () => 30_000 }));
writeSync(2, JSON.stringify({ init, call, result }));
process.exit();
