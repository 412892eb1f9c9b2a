import { physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** The header by which the API knows the CDN. */
export const originSecretHeader = 'x-origin-secret';

export const originSecretName = (stage: Stage, generation: number): string =>
  physicalName(stage.name, `origin-secret-${generation}`);

export const originSecretDescription = (stage: Stage): string =>
  `What the CDN of ${stage.name} adds to each request, so that its API answers nobody else`;
