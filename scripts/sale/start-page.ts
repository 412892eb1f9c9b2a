import { omittedLocally } from '../../stacks/model/left-out.ts';
import { engines } from '../platform/engine/engines.ts';
import type { Platform } from '../platform/platform.ts';
import { demoProducts } from './seed.ts';

/** The text that `npm start` prints when the platform is up; the shop's address is its last line. */
export async function startPage(platform: Platform, differences: boolean): Promise<string> {
  const { edgeUrl, apiUrl, endpointUrl, issuer, partner, region, credentials, engine, stage } = platform;
  const token = await issuer.token({ customer: 'anna' });
  const sku = demoProducts[0]?.sku;
  const sdk = endpointUrl
    ? `AWS_ENDPOINT_URL=${endpointUrl} AWS_REGION=${region} AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`
    : `${engines[engine].title}, ${region}`;
  const all = leftOut(platform);
  return `${differences ? `\n${all.join('\n')}\n` : ''}
Place an order (the token is anna's and lasts an hour; more: npm run token -- --customer NAME [--admin]):

curl -i -X POST ${edgeUrl}/orders \\
  -H 'content-type: application/json' -H 'idempotency-key: first-order' \\
  -H 'authorization: Bearer ${token}' \\
  -d '{"sku":"${sku}","quantity":1}'

Read all of anna's orders:

curl -s ${edgeUrl}/orders -H 'authorization: Bearer ${token}'

API      ${edgeUrl} behind the local CDN; ${apiUrl} without it
AWS      ${sdk}
Issuer   ${issuer.url}
Partner  ${partner.url} fulfils the orders; its page shows them and lets you inject faults
Metrics  ${platform.metricsUrl}, in Prometheus' text format
Stage    ${stage} on ${engines[engine].title}, ${platform.memoryMb().current} MB

${differences ? '' : `${all.length} differences from AWS: npm start -- --differences\n`}Save a file in functions/ or storefront/: ${platform.servedFromHere ? 'the next request runs it' : 'it is published'}. Ctrl-C ends everything.

Shop     ${edgeUrl}
`;
}

function leftOut({ engine, servedFromHere, edge }: Platform): string[] {
  const served = servedFromHere
    ? ['roles of the functions: they run in this process with root credentials (tests and --workers use the roles)']
    : [];
  return [
    ...omittedLocally.map(({ what, why }) => `left out: ${what}: ${why}`),
    ...[...engines[engine].lacks.map(({ capability, reason }) => `${capability}: ${reason}`), ...served].map(
      (text) => `not in ${engines[engine].title}: ${text}`,
    ),
    ...(edge?.notEmulated ?? []).map((text) => `different at the local edge: ${text}`),
  ];
}
