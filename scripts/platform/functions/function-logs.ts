/** Converts a function's structured log line to readable text; undefined for metrics (EMF) and empty lines. */
export function formatLog(service: string, line: string, record = parseLog(line)): string | undefined {
  if (!record) return line.trim() === '' ? undefined : `${service.padEnd(10)} ${line}`;
  if ('_aws' in record) return undefined;
  const { timestamp, level, message, ...rest } = record;
  const time = typeof timestamp === 'string' ? timestamp.slice(11, 23) : '';
  const details = Object.entries(rest)
    .filter(([key]) => !hiddenKeys.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [time, String(level ?? '').padEnd(5), service.padEnd(10), String(message ?? ''), ...details].join(' ').trim();
}

/** Keys that are the same on every line of a function, or irrelevant on one machine. */
const hiddenKeys = new Set([
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'sampling_rate',
  'xray_trace_id',
]);

/** Parses a line as JSON; undefined if it is not JSON. */
export function parseLog(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
