import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';

/** The output that `npm run publish` reads. */
export function addPublishing(stack: Construct, value: object): void {
  const output = new TerraformOutput(stack, 'Publishing', {
    staticId: true,
    description: 'What npm run publish reads',
    value: '',
  });
  // An override, because CDKTF 0.21 warns of a deprecated Node function for each object.
  output.addOverride('value', value);
}
