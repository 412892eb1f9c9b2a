import { Validations } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Deployability } from '../../../stacks/aws/deployability.ts';
import { apiDomain } from '../../../stacks/model/edge/routing.ts';
import { nameInAccount, physicalName, stackName } from '../../../stacks/model/names.ts';
import { secretNames, type TableName, tableNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { replicaRegions, tableName } from '../../../stacks/model/table-shapes.ts';
import * as plain from '../../support/regions-stage.ts';
import {
  compose,
  findOneWith,
  findProperties,
  findStatements,
  type Statement,
  synthesize,
  synthesizeCell,
  toText,
} from './synthesize.ts';

const deploy = { repository: 'owner/shop', environment: 'prod', createsProvider: true };
const home: Stage = { ...plain.home, deploy };
const away: Stage = { ...plain.away, deploy };
const cells = [home, away] as const;
/** Tables that only the home region makes and writes. */
const ofHome: readonly TableName[] = ['catalog'];
const tablesOf = (cell: Stage) => findProperties(synthesizeCell(cell).data, 'AWS::DynamoDB::GlobalTable');
const all = (cell: Stage): Template[] => Object.values(synthesizeCell(cell)).filter((one) => one !== undefined);

describe.each(cells)('in $region', (cell) => {
  test("passes CloudFormation's rules, those of deployability, and cdk-nag's", () => {
    const { app, remove } = compose(cell, { validate: true });
    onTestFinished(remove);
    Validations.of(app).addPlugins(new Deployability());
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const only = cell === home ? (['perimeter', 'edge', 'edge-alarms'] as const) : [];
    const expected = (['data', 'service', 'operations', ...only] as const).map((name) => stackName('prod', name));
    expect(
      app
        .synth()
        .stacks.map(({ stackName: name }) => name)
        .sort(),
    ).toEqual([...expected].sort());
  });

  test('replicates what it owns to the other region, as protected as its own, with both images in the stream', () => {
    for (const table of tableNames) {
      const owned = !ofHome.includes(table) || cell === home;
      const found = tablesOf(cell).filter(({ TableName }) => TableName === tableName(cell, table));
      expect(found, table).toHaveLength(owned ? 1 : 0);
      const copies = replicaRegions(cell, table);
      for (const { Replicas, StreamSpecification } of found) {
        const [own, ...others] = Replicas as { Region: unknown }[];
        expect(own?.Region).toEqual({ Ref: 'AWS::Region' });
        expect(others).toEqual(copies.map((Region) => ({ ...own, Region })));
        if (copies.length > 0) expect(StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
      }
    }
    const copied = tableNames.filter((table) => replicaRegions(cell, table).length > 0);
    expect(copied).toEqual(['orders', 'catalog', 'views']);
  });

  test('is refused in any region but its own', () => {
    for (const template of [synthesizeCell(cell).data, synthesizeCell(cell).service, synthesizeCell(cell).operations])
      expect(template.toJSON().Rules.Region.Assertions[0].Assert).toEqual({
        'Fn::Equals': [{ Ref: 'AWS::Region' }, cell.region],
      });
  });

  test('writes no copy of a table, and no table of the other region but its stock', () => {
    const other = cell === home ? away : home;
    const writes = all(cell).flatMap((template) => listWrites(template));
    expect(writes.length).toBeGreaterThan(10);
    const foreign = [
      tableName(cell, 'orders', other.region),
      tableName(cell, 'views', other.region),
      ...(cell === away ? ofHome.map((table) => tableName(cell, table)) : []),
    ];
    for (const { resource } of writes) for (const name of foreign) expect(resource).not.toMatch(`${name}`);
    const there = writes.filter(({ resource }) => resource.includes(`:dynamodb:${other.region}:`));
    expect(there.map(({ sid, action, resource }) => [sid, action, resource.split('/').at(-1)]).sort()).toEqual(
      [
        ['OtherStock', 'dynamodb:PutItem', tableName(other, 'stock')],
        ['OtherStock', 'dynamodb:UpdateItem', tableName(other, 'stock')],
        ['OtherStock', 'dynamodb:UpdateItem', tableName(other, 'stock')],
      ].sort(),
    );
  });

  test('tells each function the tables of the other region that its role may use', () => {
    const other = cell === home ? away : home;
    expect(variables(cell, 'intake')).toMatchObject({
      ORDERS_TABLE: tableName(cell, 'orders'),
      OTHER_ORDERS_TABLES: tableName(other, 'orders'),
      CATALOG_TABLE: physicalName('prod', 'catalog'),
    });
    expect(variables(cell, 'catalog').OTHER_VIEWS_TABLES).toBe(tableName(other, 'views'));
    const stock = { OWN_REGION: cell.region, OTHER_STOCK: `${other.region}=${tableName(other, 'stock')}` };
    expect(variables(cell, 'settlement')).toMatchObject(stock);
    expect(variables(cell, 'sweeper')).toMatchObject({ ...stock, STOCK_TABLE: tableName(cell, 'stock') });
    expect(variables(cell, 'stock')).toMatchObject({ OWN_REGION: cell.region, HOME_REGION: home.region });
    const { service } = synthesizeCell(cell);
    const resourcesOf = (name: string, sid: string) =>
      findStatements(service, name)
        .filter((one) => one.Sid === sid)
        .map(({ Action, Resource }) => [[Action].flat(), toText(Resource)]);
    const here = (name: string) => `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${name}`;
    const orders = tableName(other, 'orders');
    expect(resourcesOf('intake', 'OtherOrdersTables')).toEqual([[['dynamodb:GetItem'], here(orders)]]);
    expect(resourcesOf('intake', 'OtherOrdersTablesIndex')).toEqual([
      [['dynamodb:Query'], `${here(orders)}/index/byCustomer`],
    ]);
    expect(resourcesOf('catalog', 'OtherViewsTables')).toEqual([
      [['dynamodb:BatchGetItem'], here(tableName(other, 'views'))],
    ]);
  });

  test('answers the common name of the API while its own is healthy', () => {
    const { service } = synthesizeCell(cell);
    const name = `api.${cell.edge.domain?.name}`;
    expect(apiDomain(cell)).toBe(name);
    expect(findProperties(service, 'AWS::ApiGatewayV2::DomainName')).toMatchObject([{ DomainName: name }]);
    const [check] = findProperties(service, 'AWS::Route53::HealthCheck');
    const config = check?.HealthCheckConfig as Record<string, unknown>;
    expect(config).toMatchObject({ Type: 'HTTPS', ResourcePath: '/health', EnableSNI: true, Port: 443 });
    // Its own host, not the common name, which the other region may be answering.
    expect(toText(config.FullyQualifiedDomainName)).toBe('<FrontDoorApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>');
    const record = findOneWith(service, 'AWS::Route53::RecordSet', 'Name', name);
    expect(record).toMatchObject({ Region: cell.region, SetIdentifier: cell.region, Type: 'A' });
    expect(record.HealthCheckId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^RoutingHealth/), 'HealthCheckId'] });
    expect(record.AliasTarget).toMatchObject({ EvaluateTargetHealth: true });
  });
});

test('the CDN of the home region calls the common name, with the secret that each region accepts', () => {
  const { edge } = synthesize(home);
  const [distribution] = findProperties(edge, 'AWS::CloudFront::Distribution');
  const Origins = expect.arrayContaining([expect.objectContaining({ Id: 'api', DomainName: apiDomain(home) })]);
  expect(distribution).toMatchObject({ DistributionConfig: { Origins } });
  const secrets = findProperties(synthesize(home).data, 'AWS::SecretsManager::Secret');
  const origin = secrets.filter(({ Name }) => /origin-secret/.test(String(Name)));
  expect(origin.length).toBeGreaterThan(0);
  for (const { ReplicaRegions } of origin) expect(ReplicaRegions).toEqual([{ Region: away.region }]);
  const names = findProperties(synthesizeCell(away).data, 'AWS::SecretsManager::Secret').map(({ Name }) => Name);
  expect(names).toEqual(secretNames.map((name) => physicalName('prod', name)));
  expect(variables(away, 'intake').ORIGIN_SECRET).toEqual(variables(home, 'intake').ORIGIN_SECRET);
});

test('only the home region has the user pool; the other trusts it', () => {
  expect(findProperties(synthesize(home).data, 'AWS::Cognito::UserPool')).toHaveLength(1);
  expect(findProperties(synthesizeCell(away).data, 'AWS::Cognito::UserPool')).toHaveLength(0);
  const [authorizer] = findProperties(synthesizeCell(away).service, 'AWS::ApiGatewayV2::Authorizer');
  expect(authorizer?.JwtConfiguration).toMatchObject({
    Issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc',
  });
});

/** Resources whose names are shared by all regions of an account, so they must differ. */
const inAccount: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['RoleName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::IAM::OIDCProvider': ['Url'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::CloudFront::CachePolicy': ['CachePolicyConfig', 'Name'],
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig', 'Name'],
  'AWS::CloudFront::OriginRequestPolicy': ['OriginRequestPolicyConfig', 'Name'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig', 'Name'],
  'AWS::WAFv2::WebACL': ['Name'],
};

test('two regions of one account share no account-wide name', () => {
  const [here, there] = cells.map(namesInAccount);
  expect(here?.length).toBeGreaterThan(10);
  // The roles of releases, deploys and exports, and the dashboard.
  expect(there).toHaveLength(4);
  expect(there).toContain(`AWS::IAM::Role ${nameInAccount(away, 'releases')}`);
  expect(here?.filter((name) => there?.includes(name))).toEqual([]);
});

test('a stage without regions keeps its names', () => {
  for (const table of tableNames)
    expect(tableName({ ...plain.twoRegions, regions: [] }, table)).toBe(physicalName('prod', table));
  expect(nameInAccount({ ...plain.twoRegions, regions: [] }, 'releases')).toBe(physicalName('prod', 'releases'));
});

function namesInAccount(cell: Stage): string[] {
  return all(cell).flatMap((template) =>
    Object.entries(inAccount).flatMap(([type, path]) =>
      findProperties(template, type)
        .map((properties) =>
          path.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], properties),
        )
        .filter((name) => name !== undefined)
        .map((name) => `${type} ${toText(name)}`),
    ),
  );
}

function listWrites(template: Template) {
  const policies = [
    ...findProperties(template, 'AWS::IAM::Policy').map(({ PolicyDocument }) => PolicyDocument),
    ...findProperties(template, 'AWS::IAM::Role').flatMap(({ Policies = [] }) =>
      (Policies as { PolicyDocument: unknown }[]).map(({ PolicyDocument }) => PolicyDocument),
    ),
  ] as { Statement: Statement[] }[];
  return policies.flatMap(({ Statement: statements }) =>
    statements.flatMap(({ Sid: sid, Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          /^dynamodb:(?!Get|BatchGet|Query|Scan|Describe|List)/.test(action)
            ? [Resource].flat().map((resource) => ({ sid, action, resource: toText(resource) }))
            : [],
        ),
    ),
  );
}

function variables(cell: Stage, service: string): Record<string, unknown> {
  const lambda = findOneWith(
    synthesizeCell(cell).service,
    'AWS::Lambda::Function',
    'FunctionName',
    physicalName('prod', service),
  );
  return (lambda.Environment as { Variables: Record<string, unknown> }).Variables;
}
