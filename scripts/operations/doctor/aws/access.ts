import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { bootstrap as needed } from '../../../../stacks/model/needs/aws-quotas.ts';
import { classifyError } from '../../../cli/plain-errors.ts';
import { type Check, failed, type Look, notNeeded, ok } from '../check.ts';
import { type AwsContext, readStacks } from './context.ts';

type AwsCheck = Check<AwsContext>;

export const region: AwsCheck = {
  name: 'region',
  permissions: [],
  look: ({ stage, options: { given } }) => {
    const must = stage.region ?? 'any region';
    if (given === undefined)
      return failed(
        'none set',
        must,
        `Set AWS_REGION${stage.region ? `=${stage.region}` : ', or a profile with a region'}.`,
      );
    if (stage.region !== null && given !== stage.region)
      return failed(given, must, `Set AWS_REGION=${stage.region}: CloudFormation and Terraform refuse any other.`);
    return ok(given, must);
  },
};

/** A gate: without it every other call fails in the same way. */
export const credentials: AwsCheck = {
  name: 'credentials',
  permissions: [{ action: 'sts:GetCallerIdentity' }],
  look: async (context) => {
    const answer = await context.identity().catch((error: unknown) => error);
    if (answer instanceof Error) return judgeRefusal(answer, context);
    const { Arn = 'an unknown identity', Account = 'none' } = answer as GetCallerIdentityCommandOutput;
    const { account } = context.options;
    const found = `${Arn} of account ${Account}`;
    if (account === undefined) return ok(found, 'valid credentials of any account');
    const must = `account ${account}`;
    return Account === account
      ? ok(found, must)
      : failed(found, must, 'Sign in to that account, or set AWS_PROFILE to a profile of it.');
  },
};

/** Missing or refused credentials fail the check. Any other error proves nothing and is rethrown. */
function judgeRefusal(error: Error, { options: { config } }: AwsContext): Look {
  const kind = classifyError(error);
  if (kind?.code !== 'credentials_missing' && kind?.code !== 'credentials_refused') throw error;
  const action =
    config.endpoint === undefined
      ? 'Sign in, as with aws sso login and AWS_PROFILE. If they work elsewhere, the account has not enabled the region.'
      : `Set the keys of ${config.endpoint}: npm start prints its own.`;
  return failed(
    `${kind.code === 'credentials_missing' ? 'none' : 'refused'}: ${kind.said}`,
    'valid credentials',
    action,
  );
}

/** The CLI uploads templates and bundles to a bucket in each region, and deploys with the bootstrap's roles. */
export const bootstrapIn = (place: string): AwsCheck => ({
  name: `bootstrap ${place}`,
  permissions: [
    { action: 'ssm:GetParameter', resource: `arn:*:ssm:*:*:parameter${needed.parameter}` },
    { action: 's3:ListBucket', resource: `arn:*:s3:::${needed.bucketOf('*', '*')}` },
  ],
  look: async (context) => {
    if (context.options.iac === 'terraform') return notNeeded('nothing: Terraform needs no bootstrap');
    const { Account = '' } = await context.identity();
    const must = `bootstrap stack of version ${needed.version} or newer, and its bucket`;
    const command = `AWS_REGION=${place} npx cdk bootstrap aws://${Account}/${place}`;
    const version = await readVersion(context, place);
    if (version === undefined && context.options.engine !== 'aws')
      return notNeeded('nothing yet: npm start makes it on an emulator');
    if (version === undefined) return failed('not bootstrapped', must, command);
    if (!(version >= needed.version)) return failed(`version ${version}`, must, command);
    const bucket = needed.bucketOf(Account, place);
    const hasBucket = await exists(() => context.clients(place).s3.send(new HeadBucketCommand({ Bucket: bucket })));
    const lost = `version ${version}, but no bucket ${bucket}`;
    return hasBucket
      ? ok(`version ${version}, with its bucket`, must)
      : failed(lost, must, `Delete the stack CDKToolkit in ${place}, then: ${command}`);
  },
});

async function readVersion(context: AwsContext, place: string): Promise<number | undefined> {
  try {
    const { Parameter } = await context.clients(place).ssm.send(new GetParameterCommand({ Name: needed.parameter }));
    return Number(Parameter?.Value);
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** False if it does not exist. @throws any other error */
async function exists(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (['NotFound', 'NoSuchBucket'].includes((error as Error).name)) return false;
    throw error;
  }
}

/** States that count as absent: the CLI deletes what a failed first deploy left, and what was never executed. */
const leftovers = ['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'];

/** A stack in progress, or one whose rollback failed, rejects the next deploy. */
export const stacks: AwsCheck = {
  name: 'stacks',
  permissions: [readStacks],
  look: async (context): Promise<Look> => {
    if (context.options.iac === 'terraform') return notNeeded('nothing: Terraform has no stacks');
    const states = await Promise.all(
      context.places().map(async (place) => ({ ...place, state: (await context.stack(place))?.StackStatus })),
    );
    const must = `each of ${states.length} absent, or deployed`;
    const there = states.filter(({ state }) => state !== undefined && !leftovers.includes(state));
    const stuck = there.filter(({ state = '' }) => /_FAILED$|IN_PROGRESS$/.test(state));
    if (stuck.length === 0)
      return ok(there.length === 0 ? 'none: a first deploy' : `${there.length} deployed: an update`, must);
    const found = stuck.map(({ stack, state }) => `${stack} is ${state}`).join('\n');
    return failed(
      found,
      must,
      'Wait until it ends, or delete a failed one: aws cloudformation delete-stack --stack-name NAME',
    );
  },
};
