/** How an order is settled: by DynamoDB's transactions, beside the stock on a store of single partitions, by Firestore's. */
export const protocols = ['dynamodb', 'partition', 'firestore'] as const;
export type Protocol = (typeof protocols)[number];

/** What seeds can be run of: a sale by one of the protocols, one that a partner delivers, one with a sweeper of what was lost, one at several sites; and parts alone. */
export const scenarios = [...protocols, 'fulfilment', 'sweeper', 'escrow', 'lease', 'breaker'] as const;
export type Scenario = (typeof scenarios)[number];
