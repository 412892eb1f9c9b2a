import { createHash } from 'node:crypto';
import { project, projectInitials, projectPascal, projectTitle } from '../../functions/contracts/project.ts';
import { nameLimits } from './checks/limits.ts';
import { type Cell, hasRegions } from './stages/regions.ts';

export { project, projectTitle };

/**
 * Physical names, the same in every stage and on every engine. They are explicit because stacks, scripts and people
 * look resources up by name, and because CloudFormation then rejects a change that would silently replace a table.
 */
export const physicalName = (stage: string, thing: string): string => `${project}-${stage}-${thing}`;

/**
 * Names of resources that all regions of an account share, such as CloudFront's policies. If the stage names no region
 * of its own, the name includes the deployed one.
 */
export const globalName = (
  { name, region }: { readonly name: string; readonly region: string | null },
  thing: string,
  ownRegion: string,
): string => physicalName(name, region === null ? `${thing}-${ownRegion}` : thing);

/**
 * Names of resources that are global in an account, but that each region of a stage has, such as roles and dashboards:
 * the name includes the region.
 */
export const nameInAccount = (cell: Cell, thing: string): string =>
  physicalName(cell.name, hasRegions(cell) ? `${thing}-${cell.region}` : thing);

/** Name of Terraform's state on AWS, in the stage's folder. Each region has its own state. */
export const stateName = (cell: Cell): string => (hasRegions(cell) ? `aws-${cell.region}` : 'aws');

/**
 * A name that fits: a longer one keeps its beginning, and a digest distinguishes it from others with the same
 * beginning.
 */
export function fitted(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${name.slice(0, longest - 7).replace(/-$/, '')}-${digest}`;
}

/** Google's buckets share one global namespace: the id of the Google project comes first. */
export const bucketName = (googleProject: string, stage: string, thing: string): string =>
  `${googleProject}-${fitted(physicalName(stage, thing), nameLimits.googleBucket.value - nameLimits.googleProject.value - 1)}`;

/** A Google service account, whose id is too short for the project's whole name. */
export const accountId = (stage: string, thing: string): string => `${stage}-${projectInitials}-${thing}`;

/** In deployment order; not every stage has all of them. */
export const stackNames = ['data', 'service', 'perimeter', 'edge', 'operations', 'edge-alarms'] as const;

export const stackName = (stage: string, stack: (typeof stackNames)[number]): string => physicalName(stage, stack);

/** The SSM parameter of a published value, for example `/<project>/dev/api-url`. */
export const parameterName = (stage: string, outputKey: string): string =>
  `/${project}/${stage}/${outputKey.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`;

/** CloudWatch namespace of the functions' metrics. */
export const metricsNamespace = (stage: string): string => `${projectPascal}/${stage}`;

/** Every call uses this alias, so that a deploy switches all traffic at once and can be rolled back. */
export const aliasName = 'live';

/** Domain of an e-mail address. */
export const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);
