import { DescribeLimitsCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { neededApiRate, neededEnvironments } from '../../../../stacks/model/checks/check-account.ts';
import { provisionedUnits } from '../../../../stacks/model/checks/check-tables.ts';
import { limits } from '../../../../stacks/model/checks/limits.ts';
import { type AwsQuota, awsQuotas } from '../../../../stacks/model/needs/aws-quotas.ts';
import { copiedTables, fixedTables } from '../../../../stacks/model/needs/fixed-names.ts';
import { apiServices } from '../../../../stacks/model/services.ts';
import type { Stage, TableBilling } from '../../../../stacks/model/stages/stage-settings.ts';
import { type Check, failed, judgeRoom, type Look, notNeeded, ok, unknown } from '../check.ts';
import type { AwsContext } from './context.ts';

type AwsCheck = Check<AwsContext>;

export const listQuotas = { action: 'servicequotas:ListServiceQuotas' } as const;

/** Command that requests an increase of a quota, by its code. */
export const askFor = ({ service, code }: AwsQuota, region: string, value: number): string =>
  code === undefined
    ? `Ask for ${value} at https://console.aws.amazon.com/servicequotas/home/services/${service}/quotas`
    : `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${value}`;

/** A quota that Service Quotas does not list is reported as unknown. */
export const notListed = (quota: AwsQuota, needed: number): Look =>
  unknown(
    `Service Quotas lists no '${quota.name}' of ${quota.service}`,
    `${needed} for this stage`,
    `See ${quota.source}`,
  );

/** Concurrency of all functions together, plus room for those without a reservation of their own. */
export function neededConcurrency(stage: Stage): number {
  const busy = [...neededEnvironments(stage).values()].reduce((sum, each) => sum + each, 0);
  const isProvisioned = Object.values(stage.functions).some(({ provisioned }) => provisioned !== null);
  // Lambda keeps this amount unreserved beside provisioned concurrency. Otherwise each API function needs one
  // environment.
  return busy + (isProvisioned ? limits.unreservedConcurrency.value : apiServices.length);
}

export const lambdaConcurrency: AwsCheck = {
  name: 'lambda-concurrency',
  permissions: [{ action: 'lambda:GetAccountSettings' }],
  look: async (context) => {
    const { AccountLimit } = await context.clients().lambda.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: granted, UnreservedConcurrentExecutions: free = granted } = AccountLimit ?? {};
    const needed = neededConcurrency(context.stage);
    if (granted === undefined || free === undefined)
      return unknown('no number in the answer', `${needed} for this stage`, 'Run it again.');
    // The reservations on an emulator are the platform's own.
    const used = context.lacks('quotas') ? 0 : granted - free;
    const quota = {
      service: 'lambda',
      code: 'L-B99A9384',
      name: 'concurrent executions',
      source: limits.accountConcurrency.source,
    };
    const action = `${askFor(quota, context.region, needed + used)} (days before; a new account has 10 to 50)`;
    return judgeRoom({ what: 'environments', granted, used, needed, action });
  },
};

export const apiRate: AwsCheck = {
  name: 'api-rate',
  permissions: [listQuotas],
  look: async (context) => {
    const needed = neededApiRate(context.stage);
    if (needed === 0) return notNeeded('nothing: the stage has no HTTP API');
    const lack = context.lacks('quotas');
    if (lack) return notNeeded(`nothing on this engine: ${lack.reason}`);
    const granted = await context.quota(awsQuotas.apiRate);
    if (granted === undefined) return notListed(awsQuotas.apiRate, needed);
    const action = `${askFor(awsQuotas.apiRate, context.region, needed)}, or lower api.throttles`;
    return judgeRoom({ what: 'requests/s of all APIs of the region', granted, needed, action });
  },
};

export const tableCount: AwsCheck = {
  name: 'dynamodb-tables',
  permissions: [{ action: 'dynamodb:ListTables' }, listQuotas],
  look: async (context) => {
    const lack = context.lacks('quotas');
    if (lack) return notNeeded(`nothing on this engine: ${lack.reason}`);
    const own = [...fixedTables(context.stage), ...copiedTables(context.stage)];
    const others = (await listTables(context)).filter((name) => !own.includes(name)).length;
    const granted = await context.quota(awsQuotas.tables);
    if (granted === undefined) return notListed(awsQuotas.tables, own.length);
    const action = askFor(awsQuotas.tables, context.region, others + own.length);
    return judgeRoom({ what: 'tables', granted, used: others, needed: own.length, action });
  },
};

export async function listTables(context: AwsContext): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListTables({ client: context.clients().dynamodb }, {}))
    names.push(...(page.TableNames ?? []));
  return names;
}

const most = (tables: Stage['tables'], units: (billing: TableBilling) => number): number =>
  Math.max(...Object.values(tables).map(units));

/** On-demand and provisioned tables have a limit each. Provisioned tables also share the account's limit. */
export const tableUnits: AwsCheck = {
  name: 'dynamodb-units',
  permissions: [{ action: 'dynamodb:DescribeLimits' }],
  look: async (context) => {
    const { stage } = context;
    const answer = await context.clients().dynamodb.send(new DescribeLimitsCommand({}));
    const rows = [
      [
        'a table reads',
        answer.TableMaxReadCapacityUnits,
        most(stage.tables, (one) => (one.mode === 'on-demand' ? one.maxReadUnitsPerSecond : one.read.maxUnits)),
      ],
      [
        'a table writes',
        answer.TableMaxWriteCapacityUnits,
        most(stage.tables, (one) => (one.mode === 'on-demand' ? one.maxWriteUnitsPerSecond : one.write.maxUnits)),
      ],
      ['all provisioned tables read', answer.AccountMaxReadCapacityUnits, provisionedUnits(stage, 'read')],
      ['all provisioned tables write', answer.AccountMaxWriteCapacityUnits, provisionedUnits(stage, 'write')],
    ] as const;
    const needed = rows.map(([what, , units]) => `${what} ${units}`).join(', ');
    if (rows.some(([, granted]) => granted === undefined))
      return unknown('a limit is missing in the answer', needed, 'Run it again.');
    const found = rows.map(([what, granted]) => `${what} up to ${granted}`).join(', ');
    const short = rows.filter(([, granted = 0, units]) => granted < units);
    if (short.length === 0) return ok(found, needed);
    const action =
      'Ask for more at https://console.aws.amazon.com/servicequotas/home/services/dynamodb/quotas, or lower tables in the stage.';
    return failed(short.map(([what, granted]) => `${what} up to ${granted} only`).join(', '), needed, action);
  },
};
