import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Lender } from '../../ports/transfers.ts';
import { logger } from '../../runtime/log.ts';
import { clientSettings } from './clients/client-settings.ts';
import { lender, type StockPlace } from './transfers.ts';

/**
 * A stage in one region sets none of these.
 *
 * - `OWN_REGION`: the function's region.
 * - `OTHER_STOCK`: comma-separated `region=table` pairs, the stock tables of the other regions.
 */
export const region = z.string().default('');
export const otherStockEnv = { OWN_REGION: region, OTHER_STOCK: z.string().default('') };

/** Comma-separated names of replicas in this region: tables that only another region writes. */
export const replicas = z.string().default('');

export const parseNames = (list: string): string[] => list.split(',').filter((name) => name !== '');

/** Two attempts of one second: an order waits for the answer, and an unreachable region gives none. */
const settings = {
  ...clientSettings,
  maxAttempts: 2,
  requestHandler: { ...clientSettings.requestHandler, connectionTimeout: 500, requestTimeout: 1_000 },
};

/** The stock of the other regions, in the sequence of the variable. */
export function otherRegions({ OTHER_STOCK }: { readonly OTHER_STOCK: string }): Lender[] {
  return parseNames(OTHER_STOCK).map((name) => {
    const place = parsePlace(name);
    return lender(place, DynamoDBDocumentClient.from(new DynamoDBClient({ ...settings, region: place.region })));
  });
}

export function warnUnreachable(region: string, error: unknown): void {
  logger.warn('another region did not answer', { region, error });
}

function parsePlace(name: string): StockPlace {
  const [region = '', table = '', ...others] = name.split('=');
  if (region === '' || table === '' || others.length > 0)
    throw new Error(`OTHER_STOCK must be a list of region=table, not '${name}'; the stack sets it`);
  return { region, table };
}
