import {
  GetAccountLimitCommand,
  GetHostedZoneCommand,
  type GetHostedZoneCommandOutput,
  ListResourceRecordSetsCommand,
  paginateListHealthChecks,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { DomainSettings } from '../../../../stacks/model/stages/stage-settings.ts';
import { type Check, failed, judgeRoom, type Look, notNeeded, ok, unknown } from '../check.ts';
import { readNameServers } from '../dns.ts';
import type { Web } from '../web.ts';
import { type AwsContext, readOwn } from './context.ts';

type AwsCheck = Check<AwsContext>;

const noDomain = notNeeded("nothing: the stage has CloudFront's own address");
const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase();

/** The certificate is validated by a record in this zone, which the public DNS must serve. */
export const zone: AwsCheck = {
  name: 'hosted-zone',
  permissions: [{ action: 'route53:GetHostedZone', resource: 'arn:*:route53:::hostedzone/*' }],
  look: async (context) => {
    const { domain } = context.stage.edge;
    if (!domain) return noDomain;
    const needed = `public zone ${domain.hostedZoneId} of ${domain.name}, answered by the public DNS`;
    try {
      const answer = await context.edge().route53.send(new GetHostedZoneCommand({ Id: domain.hostedZoneId }));
      return await judgeZone(answer, domain, needed, context.web);
    } catch (error) {
      if (!['NoSuchHostedZone', 'InvalidInput'].includes((error as Error).name)) throw error;
      return failed(
        'no such zone in this account',
        needed,
        'Find it with aws route53 list-hosted-zones, or sign in to the account that holds it.',
      );
    }
  },
};

async function judgeZone(
  answer: GetHostedZoneCommandOutput,
  { name }: DomainSettings,
  needed: string,
  web: Web,
): Promise<Look> {
  const found = plain(answer.HostedZone?.Name ?? '');
  if (name !== found && !name.endsWith(`.${found}`))
    return failed(
      `the zone belongs to ${found}`,
      needed,
      'Set edge.domain.hostedZoneId to the zone that the name belongs to.',
    );
  if (answer.HostedZone?.Config?.PrivateZone === true)
    return failed('the zone is private', needed, 'Use the public zone: Amazon must see the record of the certificate.');
  const own = (answer.DelegationSet?.NameServers ?? []).map(plain);
  const delegate = `At the registrar of ${found}, or in its parent zone, set the name servers ${own.join(', ')}`;
  const answered = await readNameServers(found, web);
  if (answered.length === 0) return failed(`the public DNS does not have ${found}`, needed, delegate);
  const isOwn = answered.some((server) => own.includes(plain(server)));
  return isOwn
    ? ok(`zone of ${found}, answered by its own servers`, needed)
    : failed(`the public DNS answers from ${answered.join(', ')}`, needed, delegate);
}

/** CloudFormation creates the records, and CloudFront takes the name as an alias: both reject a name in use. */
const name: AwsCheck = {
  name: 'domain-free',
  permissions: [
    { action: 'route53:ListResourceRecordSets', resource: 'arn:*:route53:::hostedzone/*' },
    { action: 'cloudfront:ListDistributions' },
    ...readOwn,
  ],
  look: async (context) => {
    const { domain } = context.stage.edge;
    if (!domain) return noDomain;
    const needed = `no address record and no distribution of ${domain.name}, other than the stage's own`;
    const records = await readAddresses(context, domain);
    const aliased = (await context.distributions()).filter(({ Aliases }) => Aliases?.Items?.includes(domain.name));
    if (records.length === 0 && aliased.length === 0) return ok('free', needed);
    const owned = await context.owned();
    const foreign = aliased.filter(({ Id = '' }) => !owned.has(Id));
    if (foreign.length > 0)
      return failed(`distribution ${foreign.map(({ Id }) => Id).join(', ')} has it`, needed, 'Remove the alias there.');
    // A record's physical id is its name. If `owned` has it, the record belongs to the stage's own stack.
    if (records.length === 0 || owned.has(domain.name)) return ok("the stage's own", needed);
    return failed(
      `record ${records.map(({ Type }) => Type).join(', ')} exists`,
      needed,
      'Delete it, or choose another name.',
    );
  },
};

async function readAddresses(
  context: AwsContext,
  { name: StartRecordName, hostedZoneId: HostedZoneId }: DomainSettings,
): Promise<ResourceRecordSet[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName, MaxItems: 10 });
  try {
    const { ResourceRecordSets = [] } = await context.edge().route53.send(command);
    const own = ResourceRecordSets.filter((record) => plain(record.Name ?? '') === StartRecordName);
    return own.filter(({ Type }) => Type === 'A' || Type === 'AAAA' || Type === 'CNAME');
  } catch (error) {
    // The zone's own check reports these errors.
    if (['NoSuchHostedZone', 'InvalidInput'].includes((error as Error).name)) return [];
    throw error;
  }
}

/** Each region of a stage needs one health check. Without it, DNS would route to a region that does not answer. */
export const healthChecks: AwsCheck = {
  name: 'health-checks',
  permissions: [{ action: 'route53:GetAccountLimit' }, { action: 'route53:ListHealthChecks' }, ...readOwn],
  look: async (context) => {
    if (!context.stage.edge.domain) return noDomain;
    const client = context.edge().route53;
    const { Limit } = await client.send(new GetAccountLimitCommand({ Type: 'MAX_HEALTH_CHECKS_BY_OWNER' }));
    if (Limit?.Value === undefined) return unknown('no number in the answer', '1 for this region', 'Run it again.');
    const owned = await context.owned();
    let used = 0;
    for await (const { HealthChecks = [] } of paginateListHealthChecks({ client }, {}))
      used += HealthChecks.filter(({ Id = '' }) => !owned.has(Id)).length;
    const action = 'Ask for more at https://console.aws.amazon.com/servicequotas/home/services/route53/quotas';
    return judgeRoom({ what: 'health checks', granted: Limit.Value, used, needed: 1, action });
  },
};

export const domainChecks: readonly AwsCheck[] = [zone, name];
