import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { physicalName } from '../../stacks/model/names.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  platform,
  sdkConfig,
  settled,
  shop,
  tokenOf,
} from '../support/deployed.ts';

const logs = new CloudWatchLogsClient(sdkConfig);
const ada = await tokenOf('ada-of-the-logs');

/** All JSON lines that a function has logged. */
async function readLines(service: string): Promise<Record<string, unknown>[]> {
  const logGroupName = `/aws/lambda/${physicalName(platform.stage, service)}`;
  const startTime = Date.now() - 60_000;
  const texts: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, startTime, ...(nextToken && { nextToken }) }),
    );
    texts.push(...(page.events ?? []).map((event) => event.message ?? ''));
    nextToken = page.nextToken;
  } while (nextToken);
  return texts.flatMap((text) => (text.startsWith('{') ? [JSON.parse(text) as Record<string, unknown>] : []));
}

test('logs one trace id in intake, settlement and projection, and counts their outcomes', async () => {
  const sku = await freshProduct({ units: 5 });
  const placed = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  await settled(ada, placed.body.orderId);
  const traceId = placed.headers.get('x-trace-id');
  await eventually(async () => {
    const [intake, settlement, projection] = await Promise.all(['intake', 'settlement', 'projection'].map(readLines));
    const withTrace = (lines: Record<string, unknown>[] = []) => lines.filter((line) => line.traceId === traceId);
    expect(withTrace(intake)).toContainEqual(expect.objectContaining({ route: 'placeOrder', status: 202 }));
    expect(withTrace(settlement)).toContainEqual(expect.objectContaining({ settlement: 'confirmed' }));
    expect(withTrace(projection)).toContainEqual(expect.objectContaining({ type: 'OrderConfirmed' }));
    const counted = (lines: Record<string, unknown>[] = [], name: string) =>
      lines.some((line) => '_aws' in line && name in line);
    expect(counted(intake, 'OrdersAccepted')).toBe(true);
    expect(counted(settlement, 'OrdersConfirmed') && counted(settlement, 'ShardProbes')).toBe(true);
  });
});

test('writes no token and no customer into the logs', async () => {
  const lines = JSON.stringify(await readLines('intake'));
  expect(lines).not.toContain('ada-of-the-logs');
  expect(lines).not.toContain(ada.split('.')[2]);
});
