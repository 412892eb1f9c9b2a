import { App, AssetHashType, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Bundle, bundle, bundleFolder, readRevision } from '../build/bundle.ts';
import { refusePlaceholders } from '../model/checks/placeholders.ts';
import { inRegion } from '../model/stages/regions.ts';
import { findStage, withAlarmEmail, withIssuer, withPartner } from '../model/stages/stages.ts';
import { composeStage } from './compose-stage.ts';
import { Deployability } from './deployability.ts';

const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key);

const issuer = { issuer: context('issuer'), audience: context('audience'), jwks: context('jwks') };
const found = inRegion(findStage(context('stage') ?? 'dev'), context('region'));
const chosen = withPartner(withIssuer(found, issuer), context('partner'));
const stage = withAlarmEmail(chosen, context('alarm-email'));
refusePlaceholders([stage]);

// Not the hash of the files, because a code cache differs from build to build.
const packageCode = (name: Bundle) =>
  Code.fromAsset(bundleFolder(name), { assetHash: readRevision(name), assetHashType: AssetHashType.CUSTOM });

await bundle();
composeStage(app, {
  stage,
  codeOf: (service) => packageCode(service),
  storefront: { code: packageCode('publishing'), revision: readRevision('publishing') },
});

Validations.of(app).addPlugins(new Deployability());
if (stage.bestPractices) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
