import { physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** The header that authenticates the CDN to the API. */
export const originSecretHeader = 'x-origin-secret';

export const originSecretName = (stage: Stage, generation: number): string =>
  physicalName(stage.name, `origin-secret-${generation}`);

export const originSecretDescription = (stage: Stage): string =>
  `The CDN of ${stage.name} sends it with each request; the API rejects requests without it`;

/** The generations that the API accepts: during a rotation, the CDN still sends the one before. */
export const acceptedGenerations = (generation: number): readonly number[] => lastGenerations(generation, 2);

/** The generations that exist: a rollback of the API needs those that it accepted before the rotation. */
export const keptGenerations = (generation: number): readonly number[] => lastGenerations(generation, 3);

const lastGenerations = (generation: number, count: number): readonly number[] =>
  Array.from({ length: Math.min(generation, count) }, (_, back) => generation - back);
