import type { Iac } from '../../cli/iac-name.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import type { Clients, Target } from '../engine/target.ts';
import type { Workspace } from '../process/workspace.ts';
import type { Template } from './templates.ts';

export interface Deployment {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly stage: string;
  /** True if the engine lives and ends with this run, and so holds nothing of an earlier one. */
  readonly embedded: boolean;
  readonly issuer: { readonly url: string; readonly audience: string; readonly jwks: object };
  /** Called by the fulfilment. */
  readonly partner: { readonly url: string };
  readonly onProgress: (text: string) => void;
  /** The deployment tool: CDK with CloudFormation, or CDKTF with Terraform. */
  readonly iac: Iac;
}

/** CloudFormation outputs of all stacks of the stage, by key. */
export type Outputs = Readonly<Record<string, string>>;

/** A stage that a tool has deployed. */
export type DeployedStage = Pick<Deployment, 'workspace' | 'target' | 'stage'>;

/** An infrastructure-as-code tool, as the platform uses it. */
export interface DeployTool {
  deploy(deployment: Deployment, sdk: Clients): Promise<Outputs>;
  /** The synthesized CloudFormation templates; none where the tool writes none. */
  readTemplates(deployed: DeployedStage): readonly Template[];
  /** The CDN in the words that the local edge reads; undefined when the stage has none. */
  readEdge(deployed: Pick<DeployedStage, 'workspace' | 'stage'>): EdgeTemplate | undefined;
  /** After the work: looks for drift and removes everything. Missing where the engine's end is enough. */
  readonly end?: (deployed: DeployedStage) => Promise<DeploymentEnd>;
  /** Why it cannot run on this machine; undefined when it can. */
  findLack(): string | undefined;
}

export interface DeploymentEnd {
  /** A line for each reason with the number of resources. */
  readonly explained: readonly string[];
  /** What a plan would change and nobody explains, and what a destroy left. */
  readonly failures: readonly string[];
}
