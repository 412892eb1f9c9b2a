import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { apiShape } from './api/shape.ts';
import { busShape } from './bus/shape.ts';
import { addClouds } from './clouds.ts';
import { addCosts } from './costs.ts';
import { addDocuments } from './documents.ts';
import { addPlanning, addProbe } from './proofs.ts';
import { queueShape } from './queue/shape.ts';
import { addService } from './service.ts';
import type { Shape } from './shape.ts';
import { type Spelling, toSpelling } from './spelling.ts';
import { streamShape } from './stream/shape.ts';
import { timerShape } from './timer/shape.ts';

const shapes = {
  queue: queueShape,
  bus: busShape,
  stream: streamShape,
  timer: timerShape,
  api: apiShape,
} satisfies Record<string, (step: Spelling) => Shape>;

/** The triggers of a new step, on every cloud. */
export type Trigger = keyof typeof shapes;
export const triggers = Object.keys(shapes) as Trigger[];

/** A step on every cloud that the project keeps. */
export function addStep(draft: Draft, name: string, trigger: Trigger, kept: Kept): void {
  const step = toSpelling(name);
  const shape = shapes[trigger](step);
  addService(draft, step, shape);
  addClouds(draft, step, shape, kept);
  if (kept.lab) addProbe(draft, step, shape);
  if (kept.planner) addPlanning(draft, step, shape);
  addDocuments(draft, step, shape);
  addCosts(draft, shape.costs, kept);
  shape.add(draft, step, kept);
}
