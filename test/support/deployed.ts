import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, inject } from 'vitest';
import type { OrderResource } from '../../functions/contracts/http.ts';
import type { CallCounts } from '../../scripts/platform/gateway/counters.ts';
import { callsPath } from '../../scripts/platform/gateway/gateway.ts';
import { readTables } from '../../scripts/sale/check/read-stores.ts';
import { onlyProducts, type Snapshot } from '../../scripts/sale/check/snapshot.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { storeNamesOf, toClientConfig } from '../../scripts/sale/deployed-quiescence.ts';
import { aliasName, physicalName } from '../../stacks/model/names.ts';
import type { Service } from '../../stacks/model/services.ts';

export const platform = inject('platform');
export const shop = new ShopClient(platform.apiUrl);

/** Configuration of SDK clients that bypass the API. */
export const sdkConfig = toClientConfig(platform);

export function output(name: string): string {
  const value = platform.outputs[name];
  if (value === undefined) throw new Error(`the deployment has no output ${name}: ${Object.keys(platform.outputs)}`);
  return value;
}

/** The reason to skip a test on this engine, for `ctx.skip`; undefined if it can run. */
export function lacking(capability: string): string | undefined {
  const lack = platform.lacks.find((one) => one.capability === capability);
  return lack && `${platform.engine} lacks ${capability}: ${lack.reason}`;
}

/** The name of a service's execution role. */
export async function roleOf(service: Service): Promise<string> {
  const lambda = new LambdaClient(sdkConfig);
  const FunctionName = `${physicalName(platform.stage, service)}:${aliasName}`;
  const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  lambda.destroy();
  return Role.split('/').at(-1) ?? '';
}

export async function tokenOf(customer: string, { admin = false } = {}): Promise<string> {
  const response = await fetch(`${platform.issuerUrl}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer, admin }),
  });
  const body = (await response.json()) as { access_token: string };
  return body.access_token;
}

export const adminToken = await tokenOf('admin', { admin: true });

export function freshKey(): string {
  return `key-${randomUUID()}`;
}

/** Creates a product that only this test uses, with units on its shards. */
export async function freshProduct({
  units = 10,
  shards = 2,
  unitPrice = 1_999,
  ...limit
}: Partial<Record<'units' | 'shards' | 'unitPrice' | 'limitPerCustomer', number>> = {}): Promise<string> {
  const sku = `lamp-${randomUUID().slice(0, 8)}`;
  const body = { name: 'Lamp', unitPrice, currency: 'EUR', ...limit, peakOrdersPerSecond: shards * 100 };
  const created = await shop.call({ method: 'PUT', path: `/products/${sku}`, token: adminToken, body });
  expect(created).toMatchObject({ status: 201 });
  if (units > 0) expect(await shop.restock(adminToken, sku, freshKey(), units)).toMatchObject({ status: 200 });
  return sku;
}

/** Waits until the order is not pending any more. */
export async function settled(token: string, orderId: string): Promise<OrderResource> {
  return eventually(async () => {
    const { body } = await shop.getOrder(token, orderId);
    expect(body.state).not.toBe('PENDING');
    return body;
  });
}

/** Retries `attempt` until its expectations hold, or throws its last failure after the time. */
export async function eventually<Result>(attempt: () => Promise<Result>, withinMs = 20_000): Promise<Result> {
  const end = Date.now() + withinMs;
  for (;;) {
    const begun = performance.now();
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      // Polling without a pause would slow the engine down.
      await sleep(Math.max(50, performance.now() - begun));
    }
  }
}

/** Reads all pages of a list. */
export async function allPages<Item>(path: string, limit: number, token?: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const page = await shop.call<{ items: Item[]; next?: string }>({
      method: 'GET',
      path: `${path}?limit=${limit}${cursor}`,
      ...(token !== undefined && { token }),
    });
    items.push(...page.body.items);
    if (page.body.next === undefined) return items;
    cursor = `&cursor=${page.body.next}`;
  }
}

/** The gateway's counts of calls to the engine and the API since the start. */
export async function calls(): Promise<CallCounts> {
  return (await (await fetch(platform.endpointUrl + callsPath)).json()) as CallCounts;
}

/** The stores, without the dead letters, which tests share. */
export async function stores(): Promise<Snapshot> {
  return { ...(await readTables(storeNamesOf(platform), sdkConfig)), deadLetters: [] };
}

/** One product's part of the stores: tests share a platform, but no products. */
export async function storesOf(sku: string): Promise<Snapshot> {
  return onlyProducts(await stores(), new Set([sku]));
}
