/** The parts of a stage that names depend on. A stage of several regions is deployed as a whole, once in each. */
export interface Cell {
  readonly name: string;
  /** The region that is deployed. */
  readonly region: string | null;
  readonly regions: readonly string[];
}

export const hasRegions = ({ regions }: Pick<Cell, 'regions'>): boolean => regions.length > 0;

/**
 * Whether this is the only region with the CDN, the user pool and the catalog. A stage of one region is its own home.
 */
export const isHome = ({ region, regions }: Pick<Cell, 'region' | 'regions'>): boolean =>
  regions.length === 0 || region === regions[0];

/** The regions whose tables this one reads or borrows from; none in a stage of one region. */
export const otherRegions = ({ region, regions }: Pick<Cell, 'region' | 'regions'>): readonly string[] =>
  regions.filter((one) => one !== region);

/** The stage as deployed in one of its regions. @param region undefined: at home */
export function inRegion<Stage extends Cell>(stage: Stage, region: string | undefined): Stage {
  if (region === undefined) return stage;
  if (!hasRegions(stage))
    throw new Error(`region: stage '${stage.name}' has no regions, got '${region}'. Omit it, or set regions`);
  if (!stage.regions.includes(region))
    throw new Error(
      `region: must be one of ${stage.regions.join(', ')}, got '${region}'. Pass one with: -c region=${stage.regions[0]}`,
    );
  return { ...stage, region };
}

/** Each region's stage, home first; the stage itself where it has no regions. */
export const inEachRegion = <Stage extends Cell>(stage: Stage): readonly Stage[] =>
  hasRegions(stage) ? stage.regions.map((region) => inRegion(stage, region)) : [stage];
