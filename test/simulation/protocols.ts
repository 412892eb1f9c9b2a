/** How an order is settled: by the transactions of DynamoDB. */
export const protocols = ['dynamodb'] as const;
export type Protocol = (typeof protocols)[number];
