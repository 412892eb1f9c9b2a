import type { JsonObject } from '../../../model/json.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';

/** CodeDeploy's groups that move aliases of functions. */
export function findGroups(template: Template): readonly Resource[] {
  return template.ofType('AWS::CodeDeploy::DeploymentGroup').filter(({ properties }) => {
    const application = findApplication(template, properties);
    // The application may belong to another stack. Then the deployment style tells.
    if (application) return application.properties.ComputePlatform === 'Lambda';
    return JSON.stringify(properties.DeploymentStyle ?? '').includes('WITH_TRAFFIC_CONTROL') && !properties.ECSServices;
  });
}

function findApplication(template: Template, { ApplicationName }: JsonObject): Resource | undefined {
  const name = toText(ApplicationName);
  const type = 'AWS::CodeDeploy::Application';
  return (
    template.findReferred(ApplicationName, type) ??
    template.ofType(type).find(({ properties }) => properties.ApplicationName === name)
  );
}

/** A complete group for an example. */
export const exampleGroup = (properties: JsonObject): JsonObject => ({
  Application: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
  Group: {
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: {
      ApplicationName: { Ref: 'Application' },
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ServiceRoleArn: 'arn:aws:iam::123456789012:role/releases',
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'shop-errors' }] },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
      ...properties,
    },
  },
});
