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
import { clientConfigOf, storeNamesOf } from '../../scripts/sale/deployed-quiescence.ts';
import { aliasName, physicalName } from '../../stacks/model/names.ts';
import type { Service } from '../../stacks/model/services.ts';

export const platform = inject('platform');
export const shop = new ShopClient(platform.apiUrl);

/** For SDK clients that look behind the API. */
export const sdkConfig = clientConfigOf(platform);

export function output(name: string): string {
  const value = platform.outputs[name];
  if (value === undefined) throw new Error(`the deployment has no output ${name}: ${Object.keys(platform.outputs)}`);
  return value;
}

/** Why a test cannot run on this engine, for `ctx.skip`; undefined when it can. */
export function lacking(capability: string): string | undefined {
  const lack = platform.lacks.find((one) => one.capability === capability);
  return lack && `${platform.engine} lacks ${capability}: ${lack.reason}`;
}

/** The name of the role that a service's function runs with. */
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

/** A product of the test's own, with its units on its shards. */
export async function freshProduct({ units = 10, shards = 2, unitPrice = 1_999 } = {}): Promise<string> {
  const sku = `lamp-${randomUUID().slice(0, 8)}`;
  const body = { name: 'Lamp', unitPrice, currency: 'EUR', peakOrdersPerSecond: shards * 100 };
  const created = await shop.call({ method: 'PUT', path: `/products/${sku}`, token: adminToken, body });
  expect(created).toMatchObject({ status: 201 });
  if (units > 0) expect(await shop.restock(adminToken, sku, freshKey(), units)).toMatchObject({ status: 200 });
  return sku;
}

/** The order once it is not pending any more. */
export async function settled(token: string, orderId: string): Promise<OrderResource> {
  return eventually(async () => {
    const { body } = await shop.getOrder(token, orderId);
    expect(body.state).not.toBe('PENDING');
    return body;
  });
}

/** The result of `attempt` once its expectations hold; its last failure when they do not within the time. */
export async function eventually<Result>(attempt: () => Promise<Result>, withinMs = 20_000): Promise<Result> {
  const end = Date.now() + withinMs;
  for (;;) {
    const begun = performance.now();
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      // Whoever looks all the time keeps the engine from its work.
      await sleep(Math.max(50, performance.now() - begun));
    }
  }
}

/** Reads a list to its end, by its own cursors. */
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

/** Calls to the engine and to the API since the start, as the gateway counts them. */
export async function calls(): Promise<CallCounts> {
  return (await (await fetch(platform.endpointUrl + callsPath)).json()) as CallCounts;
}

/** Without the dead letters, which tests share. */
export async function stores(): Promise<Snapshot> {
  return { ...(await readTables(storeNamesOf(platform), sdkConfig)), deadLetters: [] };
}

/** The stores as far as one product is concerned: tests share a platform, but no products. */
export async function storesOf(sku: string): Promise<Snapshot> {
  return onlyProducts(await stores(), new Set([sku]));
}
