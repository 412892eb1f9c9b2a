import type { CallCounts } from '../platform/gateway/counters.ts';
import type { Issuer } from '../platform/identity/issuer.ts';
import type { Partner } from '../platform/partner/partner.ts';
import type { BrowseOptions, Browsing } from './browse.ts';
import type { Quiet, QuietOptions } from './quiescence.ts';

/** A running system, as a sale needs it: on any cloud. */
export interface SaleSystem {
  /** What customers call: the CDN where there is one, else the API. */
  readonly shopUrl: string;
  readonly issuer: Pick<Issuer, 'token'>;
  /** People who only look; undefined where no CDN stands in front. */
  readonly browse?: (adminToken: string, options: BrowseOptions) => Promise<Browsing>;
  /** Who fulfils the orders; undefined where nobody does. */
  readonly partner?: Pick<Partner, 'script' | 'setScript' | 'calls'>;
  /** Puts a body into the order queue, round the API. */
  sendToQueue(body: string): Promise<void>;
  /** Waits until every order has come to its end, and reads the stores. */
  untilQuiet(deadLetters: number, options: QuietOptions): Promise<Quiet>;
  calls(): CallCounts;
  memoryMb(): { readonly peak: number };
}
