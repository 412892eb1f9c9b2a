import { inRegion } from '../../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import { findStage as findSettings, withIssuer, withPartner } from '../../../../stacks/model/stages/stages.ts';
import { CliError } from '../../../cli/cli.ts';
import { type EngineId, recogniseEngine } from '../../../platform/engine/engines.ts';
import { findRunning, type RunningPlatform } from '../../../platform/process/running.ts';
import type { ClientConfig } from '../../../sale/check/read-stores.ts';
import { findRegion, findTarget } from '../../find-stage.ts';
import type { DoctorOptions, Opened } from '../examine.ts';
import type { IssuerContext } from '../issuer.ts';
import { toIamPolicy } from '../permissions.ts';
import { publicWeb } from '../web.ts';
import { AwsContext } from './context.ts';
import { awsPlan } from './plan.ts';

type AwsCommandLine = Pick<DoctorOptions, 'stage' | 'iac' | 'account' | 'region'>;

export async function open(options: AwsCommandLine): Promise<Opened<AwsContext>> {
  const context = await openContext(options);
  return {
    context,
    plan: awsPlan(context),
    place: () => describePlace(context),
    toPolicy: toIamPolicy,
  };
}

/** The account is unknown without credentials. */
export async function describePlace(context: AwsContext): Promise<string> {
  const account = await context.identity().then(
    ({ Account }) => `account ${Account}`,
    () => 'an unknown account',
  );
  const { endpoint } = context.options.config;
  return `${endpoint === undefined ? 'AWS' : endpoint}, ${account}, ${context.region}`;
}

/**
 * Opens the stage at its target: AWS_ENDPOINT_URL, else the platform that `npm start` runs, else AWS.
 *
 * @throws {CliError} not_running for a local stage without an emulator
 */
async function openContext({ stage: name, iac, account, region }: AwsCommandLine): Promise<AwsContext> {
  const { config, given } = await findPlace(name);
  const engine: EngineId = config.endpoint === undefined ? 'aws' : await recogniseEngine(config.endpoint);
  const running = await findRunning();
  const local =
    running?.stage === name && running.endpointUrl !== null && isSame(running.endpointUrl, config.endpoint)
      ? running
      : undefined;
  const { region: _, ...target } = config;
  const settings = name.startsWith('local') ? settleLocal(name, local ?? notYet) : findSettings(name);
  const stage = inRegion(settings, region);
  return new AwsContext({
    ...{ stage, given, engine, iac, account },
    config: target,
    issuer: chooseIssuer(name, stage.identity, local),
    web: publicWeb(),
  });
}

const isSame = (one: string, other: string | undefined): boolean =>
  other !== undefined && URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;

async function findPlace(name: string): Promise<{ config: ClientConfig; given: string | undefined }> {
  try {
    const { config } = await findTarget(name);
    return { config, given: config.endpoint === undefined ? await findRegion() : config.region };
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'region_missing') throw error;
    // The region's own check reports it.
    return { config: { region: 'us-east-1' }, given: undefined };
  }
}

/** Placeholders until `npm start` has run. */
const notYet = { issuerUrl: 'http://127.0.0.1', partnerUrl: 'http://127.0.0.1' };

/** A local stage gets its issuer and its partner from the platform that deploys it. */
export const settleLocal = (
  name: string,
  { issuerUrl: issuer, partnerUrl }: Pick<RunningPlatform, 'issuerUrl' | 'partnerUrl'>,
): Stage => withPartner(withIssuer(findSettings(name), { issuer }), partnerUrl);

function chooseIssuer(
  name: string,
  identity: Stage['identity'],
  local: RunningPlatform | undefined,
): IssuerContext['issuer'] {
  if (identity.kind === 'cognito') return { none: "nothing: the stage's own user pool" };
  if (name.startsWith('local') && !local) return { none: 'nothing yet: npm start brings its own issuer' };
  return { url: identity.issuer };
}
