import * as z from 'zod';
import * as grammar from '../contracts/grammar.ts';

const units = z.int().min(0);

const transfer = z.object({
  id: z.string().min(1),
  sku: grammar.sku,
  from: z.string().min(1),
  to: z.string().min(1),
  quantity: z.int().min(1),
});

/** One site's stock rights for one product, as stored. */
export const rightsRow = z.object({ epoch: z.int().min(1), left: units, sold: units, sent: z.array(transfer) });
