import { type Partner, PartnerFailed } from '../../functions/ports/partner.ts';
import type { BookEntry } from '../../scripts/sale/check/snapshot.ts';

export interface PartnerScript {
  readonly refuses?: (orderId: string) => boolean;
  /** Number of answers that are lost after the order is booked. */
  readonly loses?: number;
  readonly turn?: () => Promise<void>;
}

/** An idempotent partner in memory: a known key gets its first answer again. */
export function memoryPartner({ refuses = () => false, loses = 0, turn = async () => {} }: PartnerScript = {}) {
  const book: BookEntry[] = [];
  let lost = 0;
  const partner: Partner = {
    ready: async () => {},
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
