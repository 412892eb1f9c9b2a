import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundle, bundleFolder, readRevision } from '../build/bundle.ts';
import { refusePlaceholders } from '../model/checks/placeholders.ts';
import { findStage, withAlarmEmail, withIssuer, withPartner } from '../model/stages/stages.ts';
import { composeStage } from './compose-stage.ts';
import { Deployability } from './deployability.ts';

const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key);

const issuer = { issuer: context('issuer'), audience: context('audience'), jwks: context('jwks') };
const chosen = withPartner(withIssuer(findStage(context('stage') ?? 'dev'), issuer), context('partner'));
const stage = withAlarmEmail(chosen, context('alarm-email'));
refusePlaceholders([stage]);

await bundle();
composeStage(app, {
  stage,
  codeOf: (service) => Code.fromAsset(bundleFolder(service)),
  storefront: { code: Code.fromAsset(bundleFolder('publishing')), revision: readRevision('publishing') },
});

Validations.of(app).addPlugins(new Deployability());
if (stage.bestPractices) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
