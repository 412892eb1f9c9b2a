import { Function as CloudFrontFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { edgeFunctionCode, edgeFunctionComment } from '../../model/edge/edge-function-code.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { nameInAccount } from './global-name.ts';

export function edgeFunction(scope: Construct, stage: Stage, originOfWrites: string | null): CloudFrontFunction {
  return new CloudFrontFunction(scope, 'EdgeFunction', {
    functionName: nameInAccount(stage, 'edge'),
    comment: edgeFunctionComment,
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(edgeFunctionCode(originOfWrites)),
  });
}
