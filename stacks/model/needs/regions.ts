import { hasPerimeter, perimeterRegion } from '../edge/perimeter-rows.ts';
import { stackName } from '../names.ts';
import { isHome } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface StackPlace {
  readonly stack: string;
  readonly region: string;
}

/** The stacks of a stage in deployment order, each with its region. */
export function stackPlaces(stage: Stage, region: string): StackPlace[] {
  const place = (stack: Parameters<typeof stackName>[1], where: string): StackPlace => ({
    stack: stackName(stage.name, stack),
    region: where,
  });
  return [
    place('data', region),
    place('service', region),
    ...(hasPerimeter(stage) ? [place('perimeter', perimeterRegion)] : []),
    ...(isHome(stage) ? [place('edge', region)] : []),
    place('operations', region),
    ...(hasEdgeAlarms(stage) ? [place('edge-alarms', perimeterRegion)] : []),
  ];
}

/** Alarms of the distribution notify a topic of their own region. */
export const hasEdgeAlarms = (stage: Stage): boolean => stage.region !== null && stage.alarms.topic && isHome(stage);

/** Without duplicates, the stage's own first. */
export const regionsOf = (stage: Stage, region: string): string[] => [
  ...new Set([region, ...stackPlaces(stage, region).map((place) => place.region)]),
];
