import { tableVariables } from '../../stacks/model/table-variables.ts';

/** The functions' variables: each resource is named as the model names it. */
export const functionEnvironment: Readonly<Record<string, string>> = {
  ...tableVariables,
  ...{ BUS_NAME: 'events', DEAD_LETTER_URL: 'dead-letters' },
  ...{ ORDER_QUEUE_URL: 'order-requests', FULFILMENT_QUEUE_URL: 'fulfilment-requests' },
  ...{ PARTNER_URL: 'https://partner.example.com', PARTNER_SECRET: 'partner-signing-key', STAGE: 'prod' },
  ...{ CACHE_BROWSER_SECONDS: '0', CACHE_EDGE_SECONDS: '10', CACHE_STALE_SECONDS: '30', CACHE_ERROR_SECONDS: '300' },
  ...{ CACHE_FUNCTION_MS: '0', CANCELLABLE_MS: '0', GIVE_UP_MS: '86400000', BREAKER_OPEN_MS: '20000' },
  ...{ STUCK_MS: '900000', DISTRIBUTION_ID: 'distribution', AWS_REGION: 'eu-central-1' },
  ...{ POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_METRICS_NAMESPACE: 'contracts' },
};
