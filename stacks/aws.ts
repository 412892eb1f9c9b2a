import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { composeFlashSale } from './aws/flash-sale.ts';
import { bundle, bundleFolderOf, revisionOf } from './bundle.ts';
import { findStage, withIssuer, withPartner } from './stages.ts';

const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key);

const issuer = { issuer: context('issuer'), audience: context('audience'), jwks: context('jwks') };
const stage = withPartner(withIssuer(findStage(context('stage') ?? 'dev'), issuer), context('partner'));

bundle();
composeFlashSale(app, {
  stage,
  codeOf: (service) => Code.fromAsset(bundleFolderOf(service)),
  storefront: { code: Code.fromAsset(bundleFolderOf('publishing')), revision: revisionOf('publishing') },
});

if (stage.bestPractices) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
