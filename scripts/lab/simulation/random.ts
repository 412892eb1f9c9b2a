import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers from 0 to below 1, always the same for a seed and a name: who draws does not depend on who else draws. */
export type Draw = () => number;

export function drawOf(seed: number, name: string): Draw {
  const generator = xoroshiro128plus(mix(seed ^ hashText(name)));
  // Its first number is the seed itself.
  generator.next();
  generator.next();
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** FNV-1a. */
export function hashText(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

// The last step of MurmurHash3: neighbouring seeds give unlike numbers.
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
