import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { project } from '../../../../stacks/model/names.ts';
import { fixedLogGroups, fixedSecrets, fixedTables } from '../../../../stacks/model/needs/fixed-names.ts';
import { type Check, judgeNames, notNeeded } from '../check.ts';
import { explainUnread } from '../terraform-state.ts';
import { type AwsContext, readOwn } from './context.ts';
import { listTables } from './quotas.ts';

type AwsCheck = Check<AwsContext>;

const readSecrets = {
  action: 'secretsmanager:DescribeSecret',
  resource: `arn:*:secretsmanager:*:*:secret:${project}-*`,
};
const comeBack =
  'An earlier deploy or the other tool left them: import or delete them (docs/deploying/aws.md, "Destroy, and come back").';

const adviseTo = async (context: AwsContext, what: string): Promise<string> =>
  `${what}${explainUnread(await context.state())}`;

async function withoutOwn(context: AwsContext, found: readonly string[]): Promise<string[]> {
  if (found.length === 0) return [];
  const owned = await context.owned();
  return found.filter((name) => !owned.has(name));
}

const tables: AwsCheck = {
  name: 'tables-free',
  permissions: [{ action: 'dynamodb:ListTables' }, ...readOwn],
  look: async (context) => {
    const wanted = fixedTables(context.stage);
    const there = await listTables(context);
    const taken = await withoutOwn(
      context,
      wanted.filter((name) => there.includes(name)),
    );
    return judgeNames('tables', wanted, taken, await adviseTo(context, comeBack));
  },
};

const logGroups: AwsCheck = {
  name: 'log-groups-free',
  permissions: [{ action: 'logs:DescribeLogGroups' }, ...readOwn],
  look: async (context) => {
    const wanted = fixedLogGroups(context.stage, context.region);
    const found: string[] = [];
    for (const region of new Set(wanted.map((one) => one.region))) {
      const names = wanted.filter((one) => one.region === region).map((one) => one.name);
      for (const prefix of new Set(names.map(toPrefix)))
        found.push(...(await readLogGroups(context, region, prefix, names)));
    }
    return judgeNames(
      'log groups',
      wanted.map(({ name }) => name),
      await withoutOwn(context, found),
      await adviseTo(context, comeBack),
    );
  },
};

/** Prefix common to all functions, whose names end in their service: one call lists them all. */
const toPrefix = (name: string): string => name.replace(/-[a-z]+$/, '');

async function readLogGroups(
  context: AwsContext,
  region: string,
  prefix: string,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateDescribeLogGroups({ client: context.clients(region).logs }, { logGroupNamePrefix: prefix });
  for await (const page of pages)
    found.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  return found.filter((name) => names.includes(name));
}

const secrets: AwsCheck = {
  name: 'secrets-free',
  permissions: [readSecrets, ...readOwn],
  look: async (context) => {
    const wanted = fixedSecrets(context.stage);
    if (wanted.length === 0) return notNeeded('nothing: the stage has no origin secret');
    const found = await Promise.all(wanted.map((name) => readSecret(context, name)));
    const owned = found.some(Boolean) ? await context.owned() : new Set<string>();
    const taken = found.filter(
      (secret) => secret !== undefined && (secret.deleted || !(owned.has(secret.arn) || owned.has(secret.name))),
    );
    return judgeNames(
      'secrets',
      wanted,
      taken.flatMap((secret) => (secret ? `${secret.name}${secret.deleted ? ', scheduled for deletion' : ''}` : [])),
      await adviseTo(
        context,
        'Delete them at once: aws secretsmanager delete-secret --force-delete-without-recovery --secret-id NAME',
      ),
    );
  },
};

async function readSecret(context: AwsContext, name: string) {
  try {
    const answer = await context.clients().secrets.send(new DescribeSecretCommand({ SecretId: name }));
    return { name, arn: answer.ARN ?? '', deleted: answer.DeletedDate !== undefined };
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

export const nameChecks: readonly AwsCheck[] = [tables, logGroups, secrets];
