import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { addAws } from './aws.ts';
import { addAzure } from './azure.ts';
import { addConformance } from './conformance.ts';
import { addCore } from './core.ts';
import { addCosts } from './costs.ts';
import { addDocuments } from './documents.ts';
import { addGoogle } from './google.ts';
import { addModel } from './model.ts';
import { addPlanning, addProbe } from './proofs.ts';
import { toSpelling } from './spelling.ts';
import { addStackTests } from './stack-tests.ts';
import { addUnitTests } from './unit-tests.ts';

/** A step that a queue triggers, on every cloud that the project keeps. */
export function addStep(draft: Draft, name: string, kept: Kept): void {
  const step = toSpelling(name);
  addCore(draft, step);
  addModel(draft, step);
  addAws(draft, step, kept);
  if (kept.azure) addAzure(draft, step, kept);
  if (kept.google) addGoogle(draft, step);
  if (kept.lab) addProbe(draft, step);
  if (kept.planner) addPlanning(draft, step);
  addUnitTests(draft, step);
  addConformance(draft, step, kept);
  addStackTests(draft, step, kept);
  addDocuments(draft, step, kept);
  addCosts(draft, kept);
}
