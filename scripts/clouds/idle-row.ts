import type { NanoUsd } from '../prices/money.ts';
import type { Price } from '../prices/price.ts';

/** The resources of a Terraform file, by type and name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The monthly cost of one kind of resource in a stage without traffic. */
export interface IdleRow {
  readonly what: string;
  /** Includes the source of the price. */
  readonly price: Price;
  readonly amount: (resources: Resources) => NanoUsd;
}

export const bodies = (resources: Resources, type: string) => Object.values(resources[type] ?? {});

/** Terraform writes blocks as one object or as a list. */
export function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Readonly<Record<string, unknown>>[];
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
