import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { checkStage } from '../../model/checks/check-stage.ts';
import { physicalName, project as projectLabel } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { CodeOf } from '../code.ts';
import { commonInputs, input } from '../inputs.ts';
import { addPublishing } from '../publishing.ts';
import { addState, terraformVersion } from '../state.ts';
import { hostName, projectId } from '../validations.ts';
import { Alerts } from './alerts.ts';
import { Apis } from './apis.ts';
import { Deployer } from './deployer.ts';
import { Edge } from './edge.ts';
import { Functions } from './functions.ts';
import { Identities } from './identities.ts';
import { Messages } from './messages.ts';
import { Secrets } from './secrets.ts';
import { Store } from './store.ts';

/** A stage on Google, in data-flow order. */
export default class GoogleStack extends TerraformStack {
  constructor(scope: Construct, { stage, codeOf }: { readonly stage: Stage; readonly codeOf: CodeOf }) {
    super(scope, physicalName(stage.name, 'google'));
    checkStage(stage);
    const inputs = commonInputs(this, stage);
    const project = input(this, 'project', 'The id of the Google project', { validation: projectId });
    const region = input(this, 'region', 'Region of the functions', { default: 'europe-west1' });
    const location = input(this, 'firestore_location', 'Location of the data', { default: 'eur3' });
    new GoogleProvider(this, 'google', {
      project,
      region,
      defaultLabels: { project: projectLabel, stage: stage.name },
    });
    addState(this, stage, 'google');
    this.addOverride('terraform.required_version', terraformVersion(stage));
    this.addOverride('terraform.required_providers.google', { source: 'hashicorp/google', version: '>= 6.50, < 9' });

    new Apis(this, 'Apis', project, stage);
    const { database } = new Store(this, 'Store', { stage, project, location });
    const identities = new Identities(this, 'Identities', { stage, project, database: database.name });
    const secrets = new Secrets(this, 'Secrets', { stage, identities, firstValues: inputs.firstValues });
    const { number } = new DataGoogleProject(this, 'Project', { projectId: project });
    const agent = `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    const messages = new Messages(this, 'Messages', { stage, identities, agent });
    const functions = new Functions(this, 'Functions', {
      ...{ stage, project, region, inputs, identities, messages, secrets },
      projectNumber: number,
      database: database.name,
      codeOf: (service) => codeOf(this, service),
    });
    const domain = input(this, 'domain', 'Public host name; Google issues its certificate', {
      ...(stage.edge.domain && { default: stage.edge.domain.name }),
      validation: hostName,
    });
    const { bucket } = new Edge(this, 'Edge', { stage, project, region, inputs, functions, domain });
    new Alerts(this, 'Alerts', { stage, email: inputs.alarmEmail });
    addPublishing(this, { bucket, config: inputs.pageConfig });
    if (stage.deploy)
      new Deployer(this, 'Deploy', {
        ...{ stage, deploy: stage.deploy, project, projectNumber: number, identities },
        database: database.name,
        buckets: { sources: functions.sourceBucket, page: bucket },
        secrets: secrets.ids,
      });
  }
}
