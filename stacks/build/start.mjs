// The start file of a function's package. It compiles the bundle with V8's code cache, if the package has one that this
// runtime accepts, and warms the clients up before the first call. It is a module, because the runtime waits for its
// `await`.
const { existsSync, readFileSync } = process.getBuiltinModule('fs');
const { Script } = process.getBuiltinModule('vm');
const { crc32 } = process.getBuiltinModule('zlib');

const name = 'BUNDLE';
const bundle = `${import.meta.dirname}/${name}`;

/** Logs one line in the functions' own format: without its cache, a function still starts, but slower. */
function logUnused(reason) {
  const line = { level: 'WARN', message: 'code cache not used', reason, service: process.env.POWERTOOLS_SERVICE_NAME };
  console.warn(JSON.stringify({ ...line, timestamp: new Date().toISOString() }));
}

/**
 * Reads the file: a line that says what it was made of, then V8's bytes. V8 checks neither their content nor the
 * source's, only lengths, its version and its flags.
 */
function readCodeCache() {
  const file = `${import.meta.dirname}/code.cache`;
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const end = bytes.indexOf(10);
  const [arch, checksum, , of] = bytes.toString('latin1', 0, Math.max(0, end)).split(' ');
  if (arch !== process.arch) return logUnused(`made for ${arch}, this is ${process.arch}`);
  if (of !== name) return logUnused(`made of ${of}, this is ${name}`);
  const data = bytes.subarray(end + 1);
  return crc32(data) === Number(checksum) ? data : logUnused('damaged');
}

function findCodeCache() {
  try {
    return readCodeCache();
  } catch (error) {
    return logUnused(String(error));
  }
}

function load() {
  const cachedData = findCodeCache();
  // esbuild writes ASCII only, and V8 reads one byte a character faster.
  const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle, cachedData });
  if (script.cachedDataRejected) logUnused(`made by another Node or under other flags, this is ${process.version}`);
  const module = { exports: {} };
  script.runInThisContext()(module, module.exports, import.meta.dirname);
  return module.exports;
}

const { handler, prewarm } = load();
await prewarm?.();

export { handler };
