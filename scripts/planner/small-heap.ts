import { setFlagsFromString } from 'node:v8';

/**
 * A plan simulates some hundred times, and each run leaves some megabytes that nothing needs any more. Node would let them
 * pile up: its space for young objects grows to several times what is alive, which takes the command above 400 MB. The
 * flag is read whenever that space could grow, so it works after the start.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
