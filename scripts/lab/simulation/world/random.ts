import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hashText } from '../../../dynamodb/hash-text.ts';

export { hashText };

/** Numbers in [0, 1), fixed by seed and name: draws under one name never affect another's. */
export type Draw = () => number;

export function seededDraw(seed: number, name: string): Draw {
  const generator = xoroshiro128plus(mix(seed ^ hashText(name)));
  // The first number is the seed itself.
  generator.next();
  generator.next();
  return () => (generator.next() >>> 0) / 2 ** 32;
}

// MurmurHash3 finalizer: decorrelates neighbouring seeds.
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
