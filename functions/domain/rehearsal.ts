/**
 * The product and the customer of the orders that try a new version before customers do. The catalog hides the product,
 * nobody else can order it, and an order for it never reaches the partner.
 */
export const rehearsalSku = 'release-rehearsal';
export const rehearsalCustomer = 'release-rehearsal';

export const isRehearsal = ({ sku }: { readonly sku: string }): boolean => sku === rehearsalSku;
