import type { NanoUsd } from '../prices/money.ts';
import type { Price } from '../prices/price.ts';

/** The parts of a Terraform file that cost money while nobody buys. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What a stage costs a month without any traffic, by kind of resource. */
export interface IdleRow {
  readonly what: string;
  /** Says where the price was read. */
  readonly price: Price;
  readonly amount: (resources: Resources) => NanoUsd;
}

export const bodies = (resources: Resources, type: string) => Object.values(resources[type] ?? {});

/** Blocks are one object or a list. */
export function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Readonly<Record<string, unknown>>[];
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
