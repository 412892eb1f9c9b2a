import { Function as CloudFrontFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { Stage } from '../stage-settings.ts';
import { edgeFunctionCode, edgeFunctionComment } from './edge-function-code.ts';

export function edgeFunction(scope: Construct, stage: Stage, originOfWrites: string | null): CloudFrontFunction {
  return new CloudFrontFunction(scope, 'EdgeFunction', {
    functionName: physicalName(stage.name, 'edge'),
    comment: edgeFunctionComment,
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(edgeFunctionCode(originOfWrites)),
  });
}
