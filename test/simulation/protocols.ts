/** How an order is settled: by DynamoDB's transactions, or beside the stock on a store of single partitions. */
export const protocols = ['dynamodb', 'partition'] as const;
export type Protocol = (typeof protocols)[number];
