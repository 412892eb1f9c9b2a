import { computePrices } from './compute.ts';
import { dataPrices } from './data.ts';
import { edgePrices } from './edge.ts';
import { operationPrices } from './operations.ts';

export const awsPrices = { ...computePrices, ...dataPrices, ...edgePrices, ...operationPrices };

export type AwsPriceId = keyof typeof awsPrices;

/** The regions for which every price is known. */
export const awsRegions = ['us-east-1', 'eu-central-1'] as const;
