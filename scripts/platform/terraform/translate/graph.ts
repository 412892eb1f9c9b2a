import type { Json, JsonObject } from '../../../../stacks/model/json.ts';

/** A resource in CloudFormation's terms. References are `Ref` and `Fn::GetAtt` to ids of the same graph. */
export interface Part {
  readonly type: string;
  readonly properties: JsonObject;
  /** True if it outlives its stack: DeletionPolicy in CloudFormation, prevent_destroy in Terraform. */
  readonly kept: boolean;
}

export interface Unread {
  readonly id: string;
  /** Begins with `because`. */
  readonly reason: string;
}

export interface Graph {
  readonly parts: ReadonlyMap<string, Part>;
  readonly outputs: ReadonlyMap<string, Json>;
  /** Tags of every taggable resource. */
  readonly tags: JsonObject;
  /** Values that a lenient translation left out. */
  readonly unread?: readonly Unread[];
  /** Resources of types that have no translation; only a lenient one has any. */
  readonly untranslated?: readonly { readonly id: string; readonly type: string }[];
}
