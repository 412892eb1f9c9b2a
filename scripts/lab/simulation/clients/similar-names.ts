/** Names that a comparison by prefix, suffix or case would confuse with the owner's. */
export function similarNames(customer: string): string[] {
  const [first = ''] = customer;
  return [`${customer}1`, customer.slice(0, -1), first.toUpperCase() + customer.slice(1)].filter(
    (name) => name !== customer && name !== '',
  );
}
