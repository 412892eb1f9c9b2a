import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';
import { addAws } from './aws.ts';
import { addAzure } from './azure.ts';
import { addConformance } from './conformance.ts';
import { addCore } from './core.ts';
import { addGoogle } from './google.ts';
import { addModel } from './model.ts';
import { addStackTests } from './stack-tests.ts';
import { addUnitTests } from './unit-tests.ts';

/** Adds the parts specific to a queue worker. */
export function addQueue(draft: Draft, step: Spelling, kept: Kept): void {
  addCore(draft, step);
  addModel(draft, step);
  addAws(draft, step, kept);
  if (kept.azure) addAzure(draft, step, kept);
  if (kept.google) addGoogle(draft, step);
  addUnitTests(draft, step);
  addConformance(draft, step, kept);
  addStackTests(draft, step, kept);
}
