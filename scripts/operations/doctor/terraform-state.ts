import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nameInAccount } from '../../../stacks/model/names.ts';
import { type Cell, hasRegions } from '../../../stacks/model/stages/regions.ts';
import type { RunTool } from './cli-token.ts';

/** Names and ids in Terraform's state, or the reason why it could not be read. */
export type State = { readonly held: ReadonlySet<string> } | { readonly unread: string };

interface Module {
  readonly resources?: readonly { readonly values?: Readonly<Record<string, unknown>> }[];
}

const identifying = ['id', 'name', 'arn', 'bucket', 'secret_id'];

/** Read through Terraform itself, so that a remote state works like a local one. Changes nothing. */
export async function readState(
  run: RunTool,
  { stage, cloud, root = process.cwd() }: { readonly stage: Cell; readonly cloud: string; readonly root?: string },
): Promise<State> {
  const place = join('cdktf.out/stacks', nameInAccount(stage, cloud));
  const chosen = `--stage ${stage.name} --cloud ${cloud}${hasRegions(stage) ? ` --region ${stage.region}` : ''}`;
  if (!existsSync(join(root, place, 'cdk.tf.json')))
    return { unread: `${place} was not synthesized: npm run synth:terraform -- ${chosen}` };
  try {
    const text = await run('terraform', [`-chdir=${join(root, place)}`, 'show', '-json']);
    const { values } = JSON.parse(text) as { values?: { root_module?: Module } };
    const all = (values?.root_module?.resources ?? []).flatMap((one) => identifying.map((key) => one.values?.[key]));
    return { held: new Set(all.filter((one): one is string => typeof one === 'string')) };
  } catch (error) {
    const { code, stderr = '', message } = error as Error & { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return { unread: 'the command terraform is not installed' };
    const [said = message] = stderr.split('\n').filter((line) => /\w/.test(line));
    return { unread: `terraform show in ${place}: ${said.slice(0, 160)}. Run terraform init there` };
  }
}

export const namesOf = (state: State): ReadonlySet<string> => ('held' in state ? state.held : new Set());

/** Addition to the advice of a line that found a conflicting resource. */
export const explainUnread = (state: State | undefined): string =>
  state && 'unread' in state ? ` Terraform's state was not read, and may contain them: ${state.unread}.` : '';
