import type { Stage } from './stage-settings.ts';
export function checkStage(_stage: Stage): void {}
