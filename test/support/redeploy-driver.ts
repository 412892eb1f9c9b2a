import { readFileSync, writeFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { destroyLeftovers } from '../../scripts/platform/cdk/tool.ts';
import { deploy } from '../../scripts/platform/deploy/deploy.ts';
import { type Platform, startPlatform } from '../../scripts/platform/platform.ts';
import { readTables } from '../../scripts/sale/check/read-stores.ts';
import { storeNamesOf, toClientConfig } from '../../scripts/sale/deployed-quiescence.ts';
import { seed } from '../../scripts/sale/seed.ts';

// Runs in a copy of the sources. Deploys, uses the system, changes a function and a table, deploys again, and destroys.
function change(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not contain ${from}: update this script`);
  writeFileSync(path, text.replace(from, to));
}

async function inspect(platform: Platform, outputs: Readonly<Record<string, string>>) {
  const config = toClientConfig(platform);
  const { products, shards } = await readTables(storeNamesOf(platform), config);
  const queue = {
    QueueUrl: outputs.OrderDeadLetterUrl ?? '',
    AttributeNames: ['ApproximateNumberOfMessages' as const],
  };
  const { Attributes } = await new SQSClient(config).send(new GetQueueAttributesCommand(queue));
  const deadLetters = Number(Attributes?.ApproximateNumberOfMessages);
  const table = new DescribeTableCommand({ TableName: outputs.CatalogTable ?? '' });
  const { Table } = await new DynamoDBClient(config).send(table);
  const health = await (await fetch(`${platform.apiUrl}/health`)).json();
  return {
    products: products.length,
    shards: shards.length,
    deadLetters,
    health,
    apiId: outputs.ApiId,
    tableId: Table?.TableId,
  };
}

const platform = await startPlatform({ stage: 'local' });
try {
  await seed(platform);
  const note = { QueueUrl: platform.outputs.OrderDeadLetterUrl ?? '', MessageBody: 'still here' };
  await new SQSClient(toClientConfig(platform)).send(new SendMessageCommand(note));
  const before = await inspect(platform, platform.outputs);

  change('functions/catalog/api.ts', "{ status: 'ok' }", "{ status: 'ok', changed: true }");
  change('stacks/model/stages/stage-defaults.ts', 'maxReadUnitsPerSecond: 500', 'maxReadUnitsPerSecond: 501');
  const { workspace, target, stage, embedded, issuer, partner } = platform;
  const deployment = { workspace, target, stage, embedded, issuer, partner, iac: 'cdk', onProgress: () => {} } as const;
  const outputs = await deploy(deployment);
  const after = await inspect(platform, outputs);
  await destroyLeftovers(deployment);
  const { Stacks = [] } = await new CloudFormationClient(toClientConfig(platform)).send(new DescribeStacksCommand({}));
  const left = Stacks.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`);
  process.stdout.write(`${JSON.stringify({ before, after, left })}\n`);
} finally {
  await platform.stop();
}
