import { physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** The header that authenticates the CDN to the API. */
export const originSecretHeader = 'x-origin-secret';

export const originSecretName = (stage: Stage, generation: number): string =>
  physicalName(stage.name, `origin-secret-${generation}`);

export const originSecretDescription = (stage: Stage): string =>
  `The CDN of ${stage.name} sends it with each request; the API rejects requests without it`;
