import { existsSync } from 'node:fs';
import { join } from 'node:path';

const known = ['aws', 'azure', 'google'] as const;
export type Cloud = (typeof known)[number];

/** The clouds with Terraform stacks; a fork may have deleted some. */
export const clouds: readonly Cloud[] = known.filter((cloud) =>
  existsSync(join(import.meta.dirname, '../../terraform', cloud)),
);
