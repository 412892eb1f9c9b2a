import { routes } from '../../../functions/contracts/routes.ts';
import { findKept } from '../../../scripts/add/kept.ts';
import { requireStepName } from '../../../scripts/add/names.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { root } from './drafts.ts';

// The tests also run in a project to which the names of the examples were added.
const pick = (names: readonly string[], isFree: (name: string) => boolean): readonly string[] => names.filter(isFree);

const steps = pick(['invoicing', 'packing', 'labelling', 'wrapping', 'billing'], (name) => {
  try {
    requireStepName(name, root, findKept(root));
    return true;
  } catch {
    return false;
  }
});
export const [step = '', secondStep = ''] = steps;

const words = ['reviews', 'ratings', 'photos'];
export const [word = ''] = pick(words, (name) => routes.every(({ path }) => path !== `/products/{sku}/${name}`));

export const [stage = ''] = pick(['qa', 'beta', 'demo'], (name) => !Object.hasOwn(stages, name));
