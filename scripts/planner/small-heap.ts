import { setFlagsFromString } from 'node:v8';

/**
 * A plan runs several hundred simulations, each of which leaves some megabytes of garbage. Node would let it
 * accumulate: the space for young objects grows to several times the live data, and the command to more than 400 MB. V8
 * reads the flag whenever that space could grow, so setting it after the start works.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
