import { leftOutLocally } from '../../stacks/model/left-out.ts';
import { engines } from '../platform/engine/engines.ts';
import type { Platform } from '../platform/platform.ts';
import { demoProducts } from './seed.ts';

/** The text that `npm start` prints when the platform is up. */
export async function startPage(platform: Platform): Promise<string> {
  const { edgeUrl, apiUrl, endpointUrl, issuer, partner, region, credentials, engine, stage } = platform;
  const token = await issuer.token({ customer: 'anna' });
  const sku = demoProducts[0]?.sku;
  const sdk = endpointUrl
    ? `AWS_ENDPOINT_URL=${endpointUrl} AWS_REGION=${region} AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`
    : `${engines[engine].title}, ${region}`;
  return `
Shop     ${edgeUrl}
API      ${edgeUrl} behind the local CDN; ${apiUrl} without it
AWS      ${sdk}
Issuer   ${issuer.url}
Partner  ${partner.url} fulfils the orders; its page shows them and lets you inject faults
Stage    ${stage} on ${engines[engine].title}, ${platform.memoryMb().current} MB

Place an order (the token is anna's and lasts an hour; more: npm run token -- --customer NAME [--admin]):

curl -i -X POST ${edgeUrl}/orders \\
  -H 'content-type: application/json' -H 'idempotency-key: first-order' \\
  -H 'authorization: Bearer ${token}' \\
  -d '{"sku":"${sku}","quantity":1}'

Read all of anna's orders:

curl -s ${edgeUrl}/orders -H 'authorization: Bearer ${token}'

${leftOut(platform)}
${platform.servedFromHere ? 'Save a file in functions/, and the next request runs it.' : 'Save a file in functions/, and the new code is published.'} Ctrl-C ends everything.
`;
}

function leftOut({ engine, servedFromHere, edge }: Platform): string {
  const leftOutOfStage = leftOutLocally.map(({ what, why }) => `  - ${what}: ${why}`);
  const lacking = engines[engine].lacks.map(({ capability, reason }) => `  - ${capability}: ${reason}`);
  const served = servedFromHere
    ? ['  - roles of the functions: they run in this process with root credentials (tests and --workers use the roles)']
    : [];
  const atTheEdge = edge ? ['Different at the local edge:', ...edge.notEmulated.map((text) => `  - ${text}`)] : [];
  return [
    'Left out of the local stage:',
    ...leftOutOfStage,
    `Not in ${engines[engine].title}:`,
    ...lacking,
    ...served,
    ...atTheEdge,
    '',
  ].join('\n');
}
