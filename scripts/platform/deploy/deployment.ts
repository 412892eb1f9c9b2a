import type { Iac } from '../../cli/iac-name.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import type { Clients, Target } from '../engine/target.ts';
import type { Workspace } from '../process/workspace.ts';
import type { Template } from './templates.ts';

export interface Deployment {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly stage: string;
  /** True if the engine starts and ends with this run, so that it has no data of an earlier one. */
  readonly embedded: boolean;
  readonly issuer: { readonly url: string; readonly audience: string; readonly jwks: object };
  /** The partner called by the fulfilment function. */
  readonly partner: { readonly url: string };
  readonly onProgress: (text: string) => void;
  /** The deployment tool: CDK with CloudFormation, or CDKTF with Terraform. */
  readonly iac: Iac;
}

/** CloudFormation outputs of all stacks of the stage, by key. */
export type Outputs = Readonly<Record<string, string>>;

/** The parts of a deployment that identify a deployed stage. */
export type DeployedStage = Pick<Deployment, 'workspace' | 'target' | 'stage'>;

/** An infrastructure-as-code tool, as used by the platform. */
export interface DeployTool {
  deploy(deployment: Deployment, sdk: Clients): Promise<Outputs>;
  /** The synthesized CloudFormation templates; empty for a tool that writes none. */
  readTemplates(deployed: DeployedStage): readonly Template[];
  /** The CDN in the format of the local edge; undefined if the stage has none. */
  readEdge(deployed: Pick<DeployedStage, 'workspace' | 'stage'>): EdgeTemplate | undefined;
  /** Final check for drift, then destroys everything. Missing if it is enough to stop the engine. */
  readonly end?: (deployed: DeployedStage) => Promise<DeploymentEnd>;
  /** Returns why the tool cannot run on this machine; undefined if it can. */
  findLack(): string | undefined;
}

export interface DeploymentEnd {
  /** One line per reason, with the number of resources. */
  readonly explained: readonly string[];
  /** Unexplained changes in a plan, and resources left by a destroy. */
  readonly failures: readonly string[];
}
