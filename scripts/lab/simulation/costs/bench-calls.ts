import { exitCodes, parseCommandLine } from '../../../cli/cli.ts';
import { protocols } from '../protocols.ts';
import { countCosts, formatCosts, isWithin } from './costs.ts';

/** `npm run bench -- calls`. @returns the exit code */
export async function benchCalls(usage: string, args: string[]): Promise<number> {
  parseCommandLine(usage, {}, args);
  const counted = await countCosts(protocols);
  process.stdout.write(formatCosts(counted));
  return counted.every(isWithin) ? exitCodes.ok : exitCodes.failed;
}
