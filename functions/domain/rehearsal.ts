/**
 * Product and customer of the orders that test a new version before customers get it. The catalog hides the product,
 * only rehearsals can order it, and an order for it never reaches the partner.
 */
export const rehearsalSku = 'release-rehearsal';
export const rehearsalCustomer = 'release-rehearsal';

export const isRehearsal = ({ sku }: { readonly sku: string }): boolean => sku === rehearsalSku;
