import { exampleZone } from '../stages/stage-defaults.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface Placeholder {
  /** Path of the setting, for example `edge.domain.name`. */
  readonly setting: string;
  readonly got: string;
}

/** Names that never resolve (RFC 2606), at the end of a host. */
const reserved = /\.(example|invalid|test)(?=$|[/:?#])/;

/** Settings of a stage that only its owner knows, and that still hold an example. */
export function findPlaceholders(stage: Stage): readonly Placeholder[] {
  const examples = listTexts(stage, '').filter(({ got }) => reserved.test(got) || got === exampleZone);
  const lacksPartner = stage.keepData && stage.fulfilment.partnerUrl === null;
  return [...examples, ...(lacksPartner ? [{ setting: 'fulfilment.partnerUrl', got: 'null' }] : [])];
}

function listTexts(value: unknown, path: string): Placeholder[] {
  if (typeof value === 'string') return [{ setting: path, got: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => listTexts(one, path === '' ? key : `${path}.${key}`));
}

/** Throws one error that lists every placeholder: half of a stage would be deployed, and charged, before one fails. */
export function refusePlaceholders(stage: Stage): void {
  const found = findPlaceholders(stage);
  if (found.length === 0) return;
  const lines = found.map(({ setting, got }) => `  - ${setting}: is '${got}'`).join('\n');
  throw new Error(
    `stage '${stage.name}': ${found.length} settings hold an example. Set them in stacks/model/stages/stages.ts\n${lines}`,
  );
}
