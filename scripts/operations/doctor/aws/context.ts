import { DescribeStacksCommand, paginateListStackResources, type Stack } from '@aws-sdk/client-cloudformation';
import { type DistributionSummary, paginateListDistributions } from '@aws-sdk/client-cloudfront';
import { paginateListServiceQuotas, type ServiceQuota } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, type GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { perimeterRegion } from '../../../../stacks/model/edge/perimeter-rows.ts';
import { project } from '../../../../stacks/model/names.ts';
import type { AwsQuota } from '../../../../stacks/model/needs/aws-quotas.ts';
import { type StackPlace, stackPlaces } from '../../../../stacks/model/needs/regions.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import type { Iac } from '../../../cli/iac-name.ts';
import { type EngineId, type Lack, lacks } from '../../../platform/engine/engines.ts';
import type { ClientConfig } from '../../../sale/check/read-stores.ts';
import type { Permission } from '../check.ts';
import { type RunTool, runTool } from '../cli-token.ts';
import type { IssuerContext } from '../issuer.ts';
import { namesOf, readState, type State } from '../terraform-state.ts';
import type { Web } from '../web.ts';
import { AwsClients } from './clients.ts';

const ownStacks = `arn:*:cloudformation:*:*:stack/${project}-*/*`;
export const readStacks: Permission = { action: 'cloudformation:DescribeStacks', resource: ownStacks };
/** Distinguishes resources of the stage's own stacks from foreign ones. */
export const readOwn: readonly Permission[] = [
  readStacks,
  { action: 'cloudformation:ListStackResources', resource: ownStacks },
];

export interface AwsOptions {
  readonly stage: Stage;
  /** The region from the environment; undefined if none is set. */
  readonly given: string | undefined;
  readonly config: Omit<ClientConfig, 'region'>;
  readonly engine: EngineId;
  readonly iac: Iac;
  /** The account that the user wants to deploy to. */
  readonly account: string | undefined;
  readonly issuer: IssuerContext['issuer'];
  readonly web: Web;
  /** Overridden in tests. @default runs the tool */
  readonly run?: RunTool;
  /** Folder that contains cdktf.out. @default the working directory */
  readonly root?: string;
}

/** A stage in one account and region. Every answer is read once. */
export class AwsContext {
  readonly options: AwsOptions;
  readonly stage: Stage;
  /** The stage's region, or the environment's for a stage without a fixed one. */
  readonly region: string;
  readonly issuer: IssuerContext['issuer'];
  readonly web: Web;
  private readonly perRegion = new Map<string, AwsClients>();
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(options: AwsOptions) {
    this.options = options;
    this.stage = options.stage;
    this.region = options.stage.region ?? options.given ?? perimeterRegion;
    this.issuer = options.issuer;
    this.web = options.web;
  }

  clients(region = this.region): AwsClients {
    const { config } = this.options;
    const known = this.perRegion.get(region) ?? new AwsClients(config, region);
    this.perRegion.set(region, known);
    return known;
  }

  /** Clients for CloudFront and its quotas, regardless of the stage's region. An emulator has only one region. */
  edge(): AwsClients {
    return this.clients(this.options.engine === 'aws' ? perimeterRegion : this.region);
  }

  lacks(capability: Lack['capability']): Lack | undefined {
    return lacks(this.options.engine, capability);
  }

  identity(): Promise<GetCallerIdentityCommandOutput> {
    return this.once('identity', () => this.clients().sts.send(new GetCallerIdentityCommand({})));
  }

  places(): StackPlace[] {
    return stackPlaces(this.stage, this.region);
  }

  /** Undefined if the stack does not exist. */
  stack({ stack, region }: StackPlace): Promise<Stack | undefined> {
    return this.once(`stack ${stack}`, async () => {
      try {
        const { Stacks } = await this.clients(region).cloudformation.send(
          new DescribeStacksCommand({ StackName: stack }),
        );
        return Stacks?.[0];
      } catch (error) {
        if (/does not exist/.test((error as Error).message)) return undefined;
        throw error;
      }
    });
  }

  /** Resources in Terraform's state; undefined with CDK. */
  state(): Promise<State | undefined> {
    const { iac, run = runTool, root } = this.options;
    const { stage } = this;
    return this.once('state', async () =>
      iac === 'terraform' ? readState(run, { stage, cloud: 'aws', ...(root && { root }) }) : undefined,
    );
  }

  /** Physical ids of the resources in the stage's own stacks, or in Terraform's state. */
  owned(): Promise<ReadonlySet<string>> {
    return this.once('owned', async () => {
      const state = await this.state();
      if (state) return namesOf(state);
      const lists = await Promise.all(this.places().map((place) => this.resourcesOf(place)));
      return new Set(lists.flat());
    });
  }

  private async resourcesOf(place: StackPlace): Promise<string[]> {
    if (!(await this.stack(place))) return [];
    const client = this.clients(place.region).cloudformation;
    const ids: string[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: place.stack }))
      for (const one of page.StackResourceSummaries ?? []) if (one.PhysicalResourceId) ids.push(one.PhysicalResourceId);
    return ids;
  }

  distributions(): Promise<readonly DistributionSummary[]> {
    return this.once('distributions', async () => {
      const found: DistributionSummary[] = [];
      for await (const page of paginateListDistributions({ client: this.edge().cloudfront }, {}))
        found.push(...(page.DistributionList?.Items ?? []));
      return found;
    });
  }

  /** The quota granted to the account; undefined if Service Quotas does not list it. */
  async quota({ service, code, name }: AwsQuota): Promise<number | undefined> {
    const all = await this.once(`quotas ${service}`, () => this.readQuotas(service));
    const found = all.find((one) => (code !== undefined && one.QuotaCode === code) || isNamed(one, name));
    return found?.Value;
  }

  private async readQuotas(ServiceCode: string): Promise<ServiceQuota[]> {
    const client = (ServiceCode === 'cloudfront' ? this.edge() : this.clients()).quotas;
    const found: ServiceQuota[] = [];
    for await (const page of paginateListServiceQuotas({ client }, { ServiceCode })) found.push(...(page.Quotas ?? []));
    return found;
  }

  private once<Answer>(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const known = this.answers.get(key) ?? read();
    this.answers.set(key, known);
    return known as Promise<Answer>;
  }
}

const isNamed = ({ QuotaName = '' }: ServiceQuota, name: string): boolean =>
  QuotaName.toLowerCase().replace(/^custom /, '') === name;
