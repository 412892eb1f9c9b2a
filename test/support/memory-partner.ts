import { type Partner, PartnerFailed } from '../../functions/ports/partner.ts';
import type { BookEntry } from '../../scripts/sale/check/snapshot.ts';

export interface PartnerScript {
  readonly refuses?: (orderId: string) => boolean;
  /** This many answers get lost after the order stands in the book. */
  readonly loses?: number;
  readonly turn?: () => Promise<void>;
}

/** A partner that answers a known key as the first time. */
export function memoryPartner({ refuses = () => false, loses = 0, turn = async () => {} }: PartnerScript = {}) {
  const book: BookEntry[] = [];
  let lost = 0;
  const partner: Partner = {
    async take({ orderId, sku, quantity }) {
      await turn();
      const known = book.find((entry) => entry.orderId === orderId);
      const entry = known ?? { orderId, sku, quantity, state: refuses(orderId) ? 'refused' : 'accepted' };
      if (!known) book.push(entry);
      await turn();
      if (lost++ < loses) throw new PartnerFailed('the answer got lost');
      return entry.state;
    },
  };
  return { partner, book };
}
