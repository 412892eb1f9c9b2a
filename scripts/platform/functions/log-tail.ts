import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { clientOptions, type Target } from '../engine/target.ts';

const pollMs = 1_000;
/** Log lines that Lambda itself writes about an invocation. */
const platformLine = /^(START|END|REPORT|INIT_START) /;
const durationOf = (line: string) => /^REPORT .*?\bDuration: ([\d.]+) ms/.exec(line)?.[1];

export interface TailHooks {
  readonly onLine: (service: Service, line: string) => void;
  /** Called with the duration of each finished invocation. */
  readonly onReport?: ((service: Service, seconds: number) => void) | undefined;
}

/** Follows the logs of functions in an engine. Returns a function that stops it. */
export function tailLogs(target: Target, stage: string, { onLine, onReport }: TailHooks) {
  const logs = new CloudWatchLogsClient(clientOptions(target));
  const lambda = new LambdaClient(clientOptions(target));
  const stopped = new AbortController();
  const follow = async (service: Service) => {
    const input = { FunctionName: physicalName(stage, service), Qualifier: aliasName };
    const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand(input));
    const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${input.FunctionName}`;
    const printed = new Set<string>();
    let startTime = Date.now();
    for (;;) {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, startTime }));
      for (const { logStreamName, message = '', timestamp = 0 } of events) {
        // Lines can share a millisecond, so poll it again, but print each line once.
        if (timestamp > startTime) printed.clear();
        startTime = Math.max(startTime, timestamp);
        const key = `${logStreamName} ${message}`;
        if (printed.has(key)) continue;
        printed.add(key);
        const duration = durationOf(message);
        if (duration !== undefined) onReport?.(service, Number(duration) / 1_000);
        if (platformLine.test(message)) continue;
        for (const line of message.trimEnd().split('\n')) onLine(service, line);
      }
      await sleep(pollMs, undefined, { signal: stopped.signal });
    }
  };
  // Logs that cannot be followed are not shown; the platform works without them.
  for (const service of serviceNames) follow(service).catch(() => {});
  return () => {
    stopped.abort();
    logs.destroy();
    lambda.destroy();
  };
}
