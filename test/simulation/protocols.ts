/** How an order is settled: by DynamoDB's transactions, beside the stock on a store of single partitions, by Firestore's. */
export const protocols = ['dynamodb', 'partition', 'firestore'] as const;
export type Protocol = (typeof protocols)[number];

/** What seeds can be run of: a sale by one of the protocols, or one at several sites. */
export const scenarios = [...protocols, 'escrow'] as const;
export type Scenario = (typeof scenarios)[number];
