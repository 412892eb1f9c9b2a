/** The function apps, and the services whose entries each holds. An app has one identity and scales function by function. */
export const apps = {
  api: ['catalog', 'intake', 'stock'],
  settlement: ['settlement'],
  projection: ['projection'],
  fulfilment: ['fulfilment'],
  sweeper: ['sweeper'],
} as const;
