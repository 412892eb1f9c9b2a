import type { CallCounts } from '../platform/gateway/counters.ts';
import type { Issuer } from '../platform/identity/issuer.ts';
import type { Partner } from '../platform/partner/partner.ts';
import type { BrowseOptions, Browsing } from './browse.ts';
import type { HostRefusal } from './hostile-input.ts';
import type { Quiet, QuietOptions } from './quiescence.ts';

/** A running system on any cloud, as a sale uses it. */
export interface SaleSystem {
  /** The CDN if there is one, else the API. */
  readonly shopUrl: string;
  readonly issuer: Pick<Issuer, 'token'>;
  /** Bad input that the host in front of the functions refuses itself. */
  readonly hostRefusals?: readonly HostRefusal[];
  /** Visitors who only browse; undefined without a CDN. */
  readonly browse?: (adminToken: string, options: BrowseOptions) => Promise<Browsing>;
  /** The fulfilment partner, if there is one. */
  readonly partner?: Pick<Partner, 'script' | 'setScript' | 'calls'>;
  /** Puts a body into the order queue, bypassing the API. */
  sendToQueue(body: string): Promise<void>;
  /** Waits until every order is final, and reads the stores. */
  untilQuiet(deadLetters: number, options: QuietOptions): Promise<Quiet>;
  calls(): CallCounts;
  memoryMb(): { readonly peak: number };
}
