import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Deployability } from '../../../stacks/aws/deployability.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { bugs } from '../bugs.ts';
import { stageName } from '../settings.ts';
import { bundleFolder, bundleJobs } from './bundle.ts';
import { JobsStack } from './jobs-stack.ts';

const app = new App();

function required(key: string): string {
  const value: unknown = app.node.tryGetContext(key);
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`the context '${key}' is missing: cdk deploy -c ${key}=…`);
}

const named: unknown = app.node.tryGetContext('bug');
const bug = bugs.find(({ name }) => name === named);
if (named !== undefined && !bug) throw new Error(`there is no bug '${String(named)}'`);

await bundleJobs(bug);
new JobsStack(app, physicalName(stageName, 'service'), {
  issuer: required('issuer'),
  audience: required('audience'),
  codeOf: (name) => Code.fromAsset(bundleFolder(name, bug)),
});
Validations.of(app).addPlugins(new Deployability());
