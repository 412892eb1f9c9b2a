import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError, exitCodes, parseWithWords, runMain, UsageError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { showProgress } from '../../cli/progress.ts';
import { parseDuration } from '../../operations/redrive/duration.ts';
import { findOrder } from '../../operations/trace/find-order.ts';
import { timelinePage } from '../../operations/trace/page.ts';
import { openSources } from '../../operations/trace/sources.ts';
import { timelineText } from '../../operations/trace/text.ts';
import { type Timeline, toTimeline } from '../../operations/trace/timeline.ts';
import type { LogLine } from '../../platform/tracing/log-line.ts';
import { type OtlpSettings, readOtlpSettings, sendOtlp, spansOf, toOtlp } from '../../platform/tracing/otlp.ts';

const usage = `
usage: npm run trace -- ID [--stage NAME] [--since TIME] [--json] [--html FILE] [--otlp]

Shows the path of one order: its requests, its waits in queues, stream and bus, the work of each function, retries,
postponements, dead letters, sweeps and the partner. It reads the functions' log lines and the order's events, and
changes nothing.

  ID            the order's id, the idempotency key of its request, or a trace id (x-trace-id)
  --since TIME  how far to look back in the logs of AWS or an emulator; AWS bills by the amount read: 90s, 15m, 2h,
                3d (default 1d); the file of a running platform is read whole
  --json        one document of JSON on stdout
  --html FILE   also write one page with the timeline
  --otlp        also send its spans to OTEL_EXPORTER_OTLP_ENDPOINT, as OTLP over HTTP in JSON
  --stage NAME  default: the stage of the running platform, or the one that is deployed on AWS_ENDPOINT_URL
  --help

Uses AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials. Stacks in a log
are another command: npm run trace-stack.
Exit code: 0 the order's path is shown, 1 there is no such order or no line about it, 2 wrong usage.
`;

/** The characters of ids, keys and traces; any other would be a pattern of the query. */
const idPattern = /^[A-Za-z0-9_.:-]{8,128}$/;

await runMain(async () => {
  const { values, words } = parseWithWords(usage, {
    stage: { type: 'string' },
    since: { type: 'string', default: '1d' },
    json: { type: 'boolean', default: false },
    html: { type: 'string' },
    otlp: { type: 'boolean', default: false },
  });
  const id = parseId(words);
  const otlp = values.otlp ? requireOtlp() : undefined;
  const sinceMs = parseDuration('since', values.since);
  const progress = showProgress();
  const sources = await openSources(values.stage, sinceMs);
  progress.line(sources.place);
  const found = await withPlainErrors(sources.place, () => findOrder(id, sources));
  progress.done();
  const timeline = toTimeline(found);
  if (values.html !== undefined) writePage(values.html, timeline);
  if (otlp) await exportSpans(found.lines, sources.stage, otlp);
  process.stdout.write(values.json ? `${JSON.stringify(timeline, null, 2)}\n` : timelineText(timeline));
  if (found.lines.length > 0) return exitCodes.ok;
  throw new CliError(
    'lines_missing',
    `no line about order ${found.orderId} on ${sources.place}: its path is unknown, and only the stored order is known`,
    'Look further back: --since 7d. The log keeps lines for the retention of the stage.',
  );
});

function requireOtlp(): OtlpSettings {
  const settings = readOtlpSettings();
  if (settings) return settings;
  throw new UsageError(
    'otlp_missing',
    '--otlp needs an endpoint, and OTEL_EXPORTER_OTLP_ENDPOINT is not set',
    'For example: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 npm run trace -- ID --otlp',
  );
}

/** A request for one order exports its whole trace: nothing is sampled. */
async function exportSpans(lines: readonly LogLine[], stage: string, settings: OtlpSettings): Promise<void> {
  const request = toOtlp(lines, stage);
  await sendOtlp(request, settings);
  process.stderr.write(`${spansOf(request).length} spans sent to ${settings.url}\n`);
}

function parseId(words: readonly string[]): string {
  const [id, ...more] = words;
  if (id !== undefined && more.length === 0 && idPattern.test(id)) return id;
  throw new UsageError(
    'usage',
    id === undefined
      ? 'an order id, an idempotency key or a trace id is missing'
      : `'${words.join(' ')}' is not one order id, idempotency key or trace id`,
    'For example: npm run trace -- 6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e',
  );
}

function writePage(file: string, timeline: Timeline): void {
  const path = resolve(file);
  try {
    writeFileSync(path, timelinePage(timeline));
  } catch (error) {
    throw new CliError(
      'file_not_written',
      `${path}: ${(error as Error).message}`,
      'Name a file in a folder that exists.',
    );
  }
  process.stderr.write(`page: ${pathToFileURL(path).href}\n`);
}
