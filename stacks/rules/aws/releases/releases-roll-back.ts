import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';
import { exampleGroup, findGroups } from './groups.ts';

const needed = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'];

function check(template: Template): Finding[] {
  return findGroups(template).flatMap(({ id, properties }) => {
    const { Enabled, Events } = toObject(properties.AutoRollbackConfiguration);
    const events = Enabled === true || Enabled === 'true' ? toList(Events).map(toText) : [];
    const missing = needed.filter((event) => !events.includes(event));
    if (missing.length === 0) return [];
    const problem = `it does not roll back on ${missing.join(' and ')}: the release stops halfway, and the bad version keeps its share of the calls. Enable the roll-back with these events`;
    return [{ resource: id, problem }];
  });
}

const example = (Enabled: boolean, ...Events: readonly string[]): JsonObject => ({
  Resources: exampleGroup({ AutoRollbackConfiguration: { Enabled, Events } }),
});

export const releasesRollBack: Rule = {
  name: 'releases-roll-back',
  what: 'A deployment group of functions rolls back after a failure, and after an alarm.',
  why: 'CodeDeploy stops a release when an alarm fires; it moves the calls back only if it was told to.',
  source: ['https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(true, 'DEPLOYMENT_FAILURE'), good: example(true, ...needed) },
    { bad: example(false, ...needed), good: example(true, ...needed, 'DEPLOYMENT_STOP_ON_REQUEST') },
  ],
};
