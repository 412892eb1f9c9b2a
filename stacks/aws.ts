import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { composeFlashSale } from './aws/flash-sale.ts';
import { bundle } from './bundle.ts';
import { findStage, withIssuer } from './stages.ts';

const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key);

const stage = withIssuer(findStage(context('stage') ?? 'dev'), {
  issuer: context('issuer'),
  audience: context('audience'),
  jwks: context('jwks'),
});

composeFlashSale(app, { stage, codeOf: (service) => Code.fromAsset(bundle(service)) });
