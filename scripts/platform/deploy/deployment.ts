import type { Iac } from '../../cli/iac-name.ts';
import type { Target } from '../engine/target.ts';
import type { Workspace } from '../process/workspace.ts';

export interface Deployment {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly stage: string;
  readonly issuer: { readonly url: string; readonly audience: string; readonly jwks: object };
  /** Whom the fulfilment calls. */
  readonly partner: { readonly url: string };
  readonly onProgress: (text: string) => void;
  /** Who writes the stage: CDK and CloudFormation, or CDKTF and Terraform. */
  readonly iac: Iac;
}

/** CloudFormation outputs of all stacks of the stage, by key. */
export type Outputs = Readonly<Record<string, string>>;
