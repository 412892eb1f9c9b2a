import type { Json, JsonObject } from './json.ts';

/** A resource in CloudFormation's words; references are `Ref` and `Fn::GetAtt` to ids of the same graph. */
export interface Part {
  readonly type: string;
  readonly properties: JsonObject;
  /** It outlives its stack: DeletionPolicy here, prevent_destroy there. */
  readonly kept: boolean;
}

export interface Graph {
  readonly parts: ReadonlyMap<string, Part>;
  readonly outputs: ReadonlyMap<string, Json>;
  /** On every resource that takes tags. */
  readonly tags: JsonObject;
}
