/**
 * Settlement by DynamoDB transactions, in the stock's partition of a single-partition store, or by Firestore
 * transactions.
 */
export const protocols = ['dynamodb', 'partition', 'firestore'] as const;
export type Protocol = (typeof protocols)[number];

/**
 * Scenarios that a seed can run: a sale by one protocol, with a partner (`fulfilment`), with lost messages (`sweeper`),
 * with rebuilds and redrives (`operator`), in several regions (`regions`), at several sites (`escrow`), over months in
 * which orders expire (`retention`); or one part alone.
 */
export const scenarios = [
  ...protocols,
  'fulfilment',
  'sweeper',
  'operator',
  'regions',
  'escrow',
  'retention',
  'lease',
  'breaker',
] as const;
export type Scenario = (typeof scenarios)[number];
