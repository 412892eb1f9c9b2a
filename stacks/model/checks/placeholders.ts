import type { Cloud } from '../clouds/clouds.ts';
import { exampleZone } from '../stages/stage-defaults.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface Placeholder {
  /** Path of the setting, for example `edge.domain.name`. */
  readonly setting: string;
  readonly got: string;
}

/** Reserved names at the end of a host: https://www.rfc-editor.org/rfc/rfc2606 */
const reserved = /(\.(example|invalid|test)|(^|[./@])example\.(com|net|org))\.?(?=$|[/:?#])/i;
/** The documentation's example. */
const exampleRepository = 'owner/name';

/** The settings that a cloud reads. On Azure and Google the rest are variables, which validate themselves. */
const read: Readonly<Record<Cloud, RegExp>> = {
  aws: /./,
  azure: /^(fulfilment\.partnerUrl|edge\.domain\.name)$/,
  google: /^(fulfilment\.partnerUrl|edge\.domain\.name)$/,
};

/** Settings of a stage that only its owner knows, that a cloud needs, and that still hold an example. */
export function findPlaceholders(stage: Stage, clouds: readonly Cloud[] = ['aws']): readonly Placeholder[] {
  const examples = listTexts(stage, '').filter(({ got }) => isExample(got));
  const lacksPartner = stage.keepData && stage.fulfilment.partnerUrl === null;
  const found = [...examples, ...(lacksPartner ? [{ setting: 'fulfilment.partnerUrl', got: 'null' }] : [])];
  return found.filter(({ setting }) => clouds.some((cloud) => read[cloud].test(setting)));
}

const isExample = (text: string): boolean => reserved.test(text) || text === exampleZone || text === exampleRepository;

function listTexts(value: unknown, path: string): Placeholder[] {
  if (typeof value === 'string') return [{ setting: path, got: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => listTexts(one, path === '' ? key : `${path}.${key}`));
}

/**
 * Throws one error that lists every placeholder of every stage: half of a stage would be deployed, and charged, before
 * one fails.
 */
export function refusePlaceholders(stages: readonly Stage[], clouds: readonly Cloud[] = ['aws']): void {
  const problems = stages.flatMap((stage) => describePlaceholders(stage, findPlaceholders(stage, clouds)));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function describePlaceholders({ name }: Stage, found: readonly Placeholder[]): string[] {
  if (found.length === 0) return [];
  const lines = found.map(({ setting, got }) => `  - ${setting}: is '${got}'`).join('\n');
  const title =
    found.length === 1 ? '1 setting holds an example' : `${found.length} settings still have example values`;
  return [`stage '${name}': ${title}. Set them in stacks/model/stages/stages.ts\n${lines}`];
}
