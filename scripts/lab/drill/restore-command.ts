import type { DrillSystem } from './drill.ts';
import { type CommandEnd, runOperatorCommand } from './operator-command.ts';

/**
 * Runs `npm run restore` as an operator would.
 *
 * @param killAt kills it as soon as it reports this step
 */
export function runRestore(
  system: DrillSystem,
  args: readonly string[],
  { journal, killAt }: { readonly journal: string; readonly killAt?: string },
): Promise<CommandEnd> {
  const own = ['--journal', journal, '--book', `${system.partnerUrl}/book`];
  return runOperatorCommand(system, 'restore', [...args, ...own], killAt);
}
