import { describe, expect, test } from 'vitest';
import { checkProject, longestProject, projectViolations } from '../../../stacks/model/checks/check-project.ts';
import { nameLimits, reservedWords } from '../../../stacks/model/checks/limits.ts';
import { fitted, project } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findProperties, synthesize } from './synthesize.ts';

const { characters } = longestProject();

describe('the name of the project', () => {
  test.each([project, 'book-fair', 'shop', 'sale-2', 'a'.repeat(characters)])('may be %s', (name) => {
    expect(projectViolations(name)).toEqual([]);
  });

  const grammar = 'project: must be lower-case letters and digits with single hyphens between, a letter first, got';
  test.each([
    ['Book-fair', grammar],
    ['book_fair', grammar],
    ['book--fair', grammar],
    ['-book', grammar],
    ['book-', grammar],
    ['2-books', grammar],
    ['', grammar],
    ['a-b', "project: must be 3 letters and digits or more, got 2 in 'a-b'"],
    ['a'.repeat(characters + 1), `project: must be at most ${characters} characters, got ${characters + 1} in 'aaa`],
    ['my-claws', "project: must be a name that does not hold 'aws', got 'my-claws'"],
    ['login-shop', "project: must be a name that does not begin with 'login', got 'login-shop'"],
  ])('is refused: %s', (name, start) => {
    expect(projectViolations(name)).toContainEqual(expect.stringContaining(start));
    expect(() => checkProject(name)).toThrow(start);
  });

  test('has less room where a stage has a longer name, and the error says which resource is the first', () => {
    const long: Stage = { ...stages.staging, name: 'rehearsal' };
    expect(longestProject([long])).toMatchObject({
      characters: characters - 2,
      // The fewest letters of a service that tell it from all others.
      first: { name: expect.stringMatching(/^<project>-rehearsal-[a-z]+$/) },
    });
  });

  test('leaves a stage no more room than service accounts of Google have', () => {
    const long: Stage = { ...stages.staging, name: 'staging-of-the-north' };
    expect(projectViolations('abc', [long])).toContainEqual(expect.stringContaining('must be at most 30 characters'));
  });
});

test('every limit of a name has a page of its cloud', () => {
  for (const { source } of [...Object.values(nameLimits), ...reservedWords])
    expect(source).toMatch(
      /^https:\/\/(docs\.aws\.amazon\.com|learn\.microsoft\.com|cloud\.google\.com|github\.com\/Azure)\//,
    );
});

/** CloudFormation's maximum length of a name, by type and property. */
const named: readonly [type: string, property: string, most: number][] = [
  ['AWS::Lambda::Function', 'FunctionName', 64],
  ['AWS::SQS::Queue', 'QueueName', 80],
  ['AWS::Events::Rule', 'Name', 64],
  ['AWS::Events::EventBus', 'Name', 256],
  ['AWS::CloudFront::Function', 'Name', 64],
  ['AWS::DynamoDB::GlobalTable', 'TableName', 255],
  ['AWS::ApiGatewayV2::Api', 'Name', 128],
  ['AWS::Cognito::UserPool', 'UserPoolName', 128],
  ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
  ['AWS::CloudWatch::Dashboard', 'DashboardName', 255],
  ['AWS::SNS::Topic', 'TopicName', 256],
  ['AWS::Logs::LogGroup', 'LogGroupName', 512],
  ['AWS::WAFv2::WebACL', 'Name', 128],
];

test.each(Object.values(stages))('the longest project fits every name of stage $name', (stage) => {
  const templates = Object.values(synthesize(stage)).filter((template) => template !== undefined);
  const names = named.flatMap(([type, property, most]) =>
    templates.flatMap((template) =>
      findProperties(template, type).map((properties) => ({ type, name: String(properties[property]), most })),
    ),
  );
  const ours = names.filter(({ name }) => name.includes(project));
  expect(ours.length).toBeGreaterThan(30);
  expect(ours.filter(({ name, most }) => name.length - project.length + characters > most)).toEqual([]);
});

test('a name that is too long is cut, and stays distinct from its neighbours', () => {
  const [one, other] = ['a-very-long-name-of-sources', 'a-very-long-name-of-storefront'].map((name) =>
    fitted(name, 20),
  );
  expect(fitted('short', 20)).toBe('short');
  expect(one).toMatch(/^a-very-long-n-[0-9a-f]{6}$/);
  expect(other).not.toBe(one);
});
