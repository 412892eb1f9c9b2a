import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../stacks/model/names.ts';
import type { Service } from '../../stacks/model/services.ts';
import { type DeployedSystem, toClientConfig } from './deployed-quiescence.ts';

/** Reads the structured log lines of a function that have this message, oldest first. */
export async function logLines<Line>(
  system: DeployedSystem,
  { service, message: wanted, sinceMs }: { service: Service; message: string; sinceMs?: number },
): Promise<Line[]> {
  const [logs, lambda] = [new CloudWatchLogsClient(toClientConfig(system)), new LambdaClient(toClientConfig(system))];
  const FunctionName = physicalName(system.stage, service);
  const { LoggingConfig } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName, Qualifier: aliasName }),
  );
  const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  const filter = { logGroupName, filterPattern: `"${wanted}"`, startTime: sinceMs };
  const lines: Line[] = [];
  for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
    const page = await logs.send(new FilterLogEventsCommand({ ...filter, nextToken }));
    for (const line of (page.events ?? []).flatMap(({ message = '' }) => message.split('\n'))) {
      if (line.startsWith('{') && line.includes(`"message":"${wanted}"`)) lines.push(JSON.parse(line) as Line);
    }
    nextToken = page.nextToken;
  }
  logs.destroy();
  lambda.destroy();
  return lines;
}
