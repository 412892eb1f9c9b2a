import type { Draft } from '../draft.ts';
import type { Shape } from './shape.ts';
import type { Spelling } from './spelling.ts';

/** Adds the steps that use every permission of the function. */
export function addProbe(draft: Draft, { name }: Spelling, { like, probe }: Shape): void {
  draft.create(`scripts/lab/grants/${name}-probe.ts`, probe);
  draft.after('scripts/lab/grants/try-grant.ts', ['probes', like], `${name}: ${name}Probe`);
  draft.import('scripts/lab/grants/try-grant.ts', [`${name}Probe`], `./${name}-probe.ts`);
}

/** Estimated like the others, until `npm run tune` measures it. */
export function addPlanning(draft: Draft, { name }: Spelling, { like, planned }: Shape): void {
  draft.after('scripts/planner/processor-times.ts', ['guessedTimes', like], `${name}: ${planned}`);
  draft.after(
    'scripts/planner/calibration/worker.ts',
    ['handlers', "=...{ fulfilment: await load('fulfilment'), sweeper: await load('sweeper') }"],
    `${name}: await load('${name}')`,
  );
}
