import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Deployability } from '../../../stacks/aws/deployability.ts';
import { omittedLocally } from '../../../stacks/model/left-out.ts';
import { physicalName, project } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { findStage, stages, withIssuer } from '../../../stacks/model/stages/stages.ts';
import type { Rule } from '../../../stacks/rules/rule.ts';
import { compose, synthesize } from './synthesize.ts';

const everyStage = Object.values<Stage>(stages);

describe.each(everyStage)('stage $name', (stage) => {
  test("passes CloudFormation's rules, those of deployability, and cdk-nag's if the stage enables them", () => {
    const { app, remove } = compose(stage, { validate: true });
    onTestFinished(remove);
    Validations.of(app).addPlugins(new Deployability());
    if (stage.bestPractices) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const names = app.synth().stacks.map((stack) => stack.stackName);
    const perimeter = stage.edge.webAcl || stage.edge.domain ? ['perimeter'] : [];
    const edgeAlarms = stage.region && stage.alarms.topic ? ['edge-alarms'] : [];
    const expected = ['data', 'service', ...perimeter, 'edge', 'operations', ...edgeAlarms];
    expect(names.sort()).toEqual(expected.map((stack) => physicalName(stage.name, stack)).sort());
  });

  test('uses no exports, which would lock a stack', () => {
    for (const template of Object.values(synthesize(stage))) {
      if (!template) continue;
      const text = JSON.stringify(template.toJSON());
      expect(text).not.toContain('Fn::ImportValue');
      expect(text).not.toContain('"Export"');
    }
  });
});

test.each([stages.staging, stages.prod])(
  '$name is refused in any region but its own, before anything is created',
  (stage) => {
    const { data, service, edge, operations } = synthesize(stage);
    for (const template of [data, service, edge, operations])
      expect(template.toJSON().Rules.Region.Assertions).toMatchObject([
        { Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, stage.region] } },
      ]);
  },
);

test('dev may be deployed to any region', () => {
  for (const template of Object.values(synthesize(stages.dev)))
    expect(template?.toJSON().Rules ?? {}).not.toHaveProperty('Region');
});

test('fails synthesis on a cdk-nag finding', () => {
  const { app, remove } = compose({ ...stages.dev, queues: { ...stages.dev.queues, tlsOnly: false } });
  onTestFinished(remove);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow('The SQS queue does not require requests to use SSL');
});

test('fails synthesis on a finding of a rule of deployability, and names rule, problem and resource', () => {
  const { app, remove } = compose(stages.local);
  onTestFinished(remove);
  const rule: Rule = {
    name: 'nothing-has-a-bus',
    what: '',
    why: '',
    source: [],
    clouds: ['aws'],
    check: (template) =>
      template.ofType('AWS::Events::EventBus').map(({ id }) => ({ resource: id, problem: 'it is a bus' })),
    examples: [],
  };
  Validations.of(app).addPlugins(new Deployability([rule]));
  expect(() => app.synth()).toThrow(/it is a bus/);
});

test('checks every deployed stage with cdk-nag, and gives a reason for each local omission', () => {
  const unchecked = everyStage.filter((stage) => !stage.bestPractices).map((stage) => stage.name);
  expect(unchecked).toEqual(['local', 'local-url', 'local-regions']);
  for (const { what, why } of omittedLocally) expect(`${what}: ${why}`.length).toBeGreaterThan(40);
});

test('rejects an unknown stage and lists the choices', () => {
  expect(() => findStage('production')).toThrow(
    "stage: must be one of dev, staging, prod, local, local-url, local-regions, got 'production'. Pass one with: -c stage=dev",
  );
});

describe('an issuer from the context', () => {
  test('overrides the given fields of an external issuer', () => {
    const { identity } = withIssuer(stages.local, { issuer: 'http://127.0.0.1:1234' });
    expect(identity).toEqual({ kind: 'external', issuer: 'http://127.0.0.1:1234', audience: project, jwks: null });
  });

  test('is rejected for a stage with its own user pool', () => {
    expect(() => withIssuer(stages.prod, { issuer: 'https://evil.example' })).toThrow(
      "context issuer: stage 'prod' has its own user pool",
    );
  });

  test('changes nothing when nothing is given', () => {
    expect(withIssuer(stages.prod, { issuer: undefined, audience: undefined })).toBe(stages.prod);
  });
});
