import { DataResource, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * Waits once, on creation, for a setting that a cloud accepts before it is in force everywhere. Built into Terraform,
 * so it needs no further provider; Node runs the command on every operating system.
 */
export class Wait extends DataResource {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly seconds: number; readonly after: readonly ITerraformDependable[] },
  ) {
    super(scope, id, {
      dependsOn: [...props.after],
      provisioners: [
        {
          type: 'local-exec',
          interpreter: ['node', '-e'],
          command: `setTimeout(() => {}, ${props.seconds * 1_000})`,
        },
      ],
    });
  }
}
