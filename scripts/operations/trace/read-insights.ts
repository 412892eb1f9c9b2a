import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import { type LogLine, parseLogLine } from '../../platform/tracing/log-line.ts';
import type { FoundStage } from '../find-stage.ts';

/** Functions that process an order. Every stage has them all. */
const services: readonly Service[] = ['intake', 'settlement', 'projection', 'fulfilment', 'sweeper'];

/**
 * Maximum that a query returns:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 */
const maxRows = 10_000;
const pollMs = 500;

export interface InsightsOptions {
  readonly sinceMs: number;
  /** Milliseconds before an unfinished query is abandoned. */
  readonly patienceMs?: number;
}

/** Queries the functions' log groups with Logs Insights, which bills each byte scanned in the time range. */
export function insightsLines({ stage, config, place }: FoundStage, { sinceMs, patienceMs = 60_000 }: InsightsOptions) {
  const groups = new Map(services.map((service) => [physicalName(stage, service), service]));
  return async (texts: readonly string[]): Promise<LogLine[]> => {
    const logs = new CloudWatchLogsClient(config);
    try {
      const now = Date.now();
      const { queryId } = await logs.send(
        new StartQueryCommand({
          logGroupNames: [...groups.keys()].map((name) => `/aws/lambda/${name}`),
          queryString: `fields @timestamp, @message, @logStream | filter @message like /${toPattern(texts)}/ | sort @timestamp asc | limit ${maxRows}`,
          startTime: Math.floor((now - sinceMs) / 1_000),
          endTime: Math.ceil(now / 1_000),
        }),
      );
      const rows = await untilComplete(logs, queryId, { place, endMs: now + patienceMs });
      return rows.flatMap((row) => toLine(row, groups) ?? []);
    } finally {
      logs.destroy();
    }
  };
}

const toPattern = (texts: readonly string[]) => texts.map((text) => text.replaceAll('.', '\\.')).join('|');

async function untilComplete(
  logs: CloudWatchLogsClient,
  queryId: string | undefined,
  { place, endMs }: { readonly place: string; readonly endMs: number },
): Promise<readonly ResultField[][]> {
  for (;;) {
    const { status, results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') {
      if (results.length < maxRows) return results;
      throw failed(`found more than ${maxRows} lines on ${place}`, 'Read a shorter time: --since 1h.');
    }
    if (status !== 'Scheduled' && status !== 'Running')
      throw failed(`ended as ${status} on ${place}`, 'Run it again, or read a shorter time: --since 1h.');
    if (Date.now() > endMs) throw failed(`is still ${status} on ${place}`, 'Read a shorter time: --since 1h.');
    await sleep(pollMs);
  }
}

const failed = (what: string, hint: string) => new CliError('query_failed', `the query of the logs ${what}`, hint);

/** A row without a known function comes from a runtime. */
function toLine(row: readonly ResultField[], groups: ReadonlyMap<string, Service>): LogLine | undefined {
  const value = (name: string) => row.find(({ field }) => field === name)?.value ?? '';
  const text = value('@message').trim();
  const name = /"function_name":"([^"]+)"/.exec(text)?.[1] ?? '';
  const service = groups.get(name);
  // `2026/11/27/[12]0a1b...`: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
  return service && parseLogLine(service, text, /\[([^\]]+)\]/.exec(value('@logStream'))?.[1]);
}
