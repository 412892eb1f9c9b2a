import { describe, expect, test } from 'vitest';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import { type Corruption, Scene, type StoreName } from './corruptions.ts';
import { eventCorruptions } from './events.ts';
import { holdingCorruptions } from './holdings.ts';
import { orderCorruptions } from './orders.ts';
import { recordCorruptions } from './records.ts';
import { runSale, type Sale } from './sale.ts';
import { stockCorruptions } from './stock.ts';
import type { CorruptibleSystem } from './system.ts';
import { viewCorruptions } from './views.ts';

const corruptions: readonly Corruption[] = [
  ...orderCorruptions,
  ...eventCorruptions,
  ...viewCorruptions,
  ...stockCorruptions,
  ...holdingCorruptions,
  ...recordCorruptions,
];

/** Each corruption, made in one kind of store after a sale, must be named by its invariant. */
export function testCorruptions<System extends CorruptibleSystem>(
  store: StoreName,
  make: () => System,
  more: readonly StoreCorruption<System>[] = [],
): void {
  let sold: Promise<Sold<System>> | undefined;
  /** Restores one sale each time: selling takes far longer than checking. */
  const openScene = async () => {
    sold ??= sell(make());
    const { system, sale, saved } = await sold;
    restore(system.stored, structuredClone(saved));
    return { system, scene: new Scene(system, sale) };
  };
  const own = corruptions.filter(({ only }) => only?.includes(store) ?? true);

  describe(`a sale on ${store}`, () => {
    test('breaks nothing', async () => {
      const { scene } = await openScene();
      const verdicts = checkInvariants(scene.snapshot(), scene.clients);
      expect(verdicts.filter((verdict) => !holds(verdict))).toEqual([]);
      expect(verdicts).toHaveLength(11);
    });

    test.each(own)('breaks $breaks with $name', async ({ breaks, apply }) => {
      const { scene } = await openScene();
      expectNamed(scene, breaks, apply(scene));
    });

    if (more.length > 0)
      test.each(more)('breaks $breaks with $name, on this store', async ({ breaks, applyHere }) => {
        const { scene, system } = await openScene();
        expectNamed(scene, breaks, applyHere(system, scene));
      });
  });
}

interface Sold<System> {
  readonly system: System;
  readonly sale: Sale;
  readonly saved: object;
}

async function sell<System extends CorruptibleSystem>(system: System): Promise<Sold<System>> {
  const sale = await runSale(system);
  return { system, sale, saved: structuredClone(system.stored) };
}

/** Gives Maps and arrays, or an object of them, the content that they had. */
function restore(stored: object, saved: object): void {
  if (stored instanceof Map) {
    stored.clear();
    for (const [key, value] of saved as Map<unknown, unknown>) stored.set(key, value);
  } else if (Array.isArray(stored)) stored.splice(0, stored.length, ...(saved as unknown[]));
  else for (const [name, part] of Object.entries(stored)) restore(part, (saved as Record<string, object>)[name] ?? []);
}

/** A corruption of rows that only one kind of store has. */
export interface StoreCorruption<System> extends Pick<Corruption, 'name' | 'breaks'> {
  readonly applyHere: (system: System, scene: Scene) => string;
}

function expectNamed(scene: Scene, breaks: Corruption['breaks'], subject: string): void {
  const verdicts = checkInvariants(scene.snapshot(), scene.clients);
  const broken = verdicts.flatMap(({ id, violations }) => violations.map((text) => `${id} ${text}`));
  expect(broken.filter((text) => text.startsWith(`${breaks} `) && text.includes(subject))).not.toEqual([]);
}
