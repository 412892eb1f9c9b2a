/** The function apps, and the services that each one hosts. An app has one identity; its functions scale separately. */
export const apps = {
  api: ['catalog', 'intake', 'stock'],
  settlement: ['settlement'],
  projection: ['projection'],
  fulfilment: ['fulfilment'],
  sweeper: ['sweeper'],
} as const;
