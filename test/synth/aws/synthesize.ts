import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { composeStage } from '../../../stacks/aws/compose-stage.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const { context } = JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8'));

/** An app with one-line functions, because bundles have their own tests. The caller removes its folder. */
export function compose(stage: Stage, { validate = false } = {}) {
  const outdir = mkdtempSync(join(tmpdir(), `synth-${stage.name}-`));
  const app = new App({ context, outdir, analyticsReporting: false, builtinCloudFormationValidation: validate });
  const codeOf = () => Code.fromInline('exports.handler = async () => undefined;');
  const storefront = { code: codeOf(), revision: 'test' };
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  return { app, remove, ...composeStage(app, { stage, codeOf, storefront }) };
}

const synthesized = new Map<Stage, ReturnType<typeof buildTemplates>>();

/** The templates of a stage in one of its regions, synthesized once because synthesis is slow. */
export function synthesizeCell(stage: Stage) {
  const templates = synthesized.get(stage) ?? buildTemplates(stage);
  synthesized.set(stage, templates);
  return templates;
}

/** A stage's templates at home, where its CDN is. */
export function synthesize(stage: Stage) {
  const { edge, ...templates } = synthesizeCell(stage);
  if (!edge) throw new Error(`stage ${stage.name} in ${stage.region}: must be its home, which has the CDN`);
  return { ...templates, edge };
}

function buildTemplates(stage: Stage) {
  const { data, service, perimeter, edge, operations, edgeAlarms, remove } = compose(stage);
  const templates = {
    data: Template.fromStack(data),
    service: Template.fromStack(service),
    edge: edge && Template.fromStack(edge),
    perimeter: perimeter && Template.fromStack(perimeter),
    operations: Template.fromStack(operations),
    'edge-alarms': edgeAlarms && Template.fromStack(edgeAlarms),
  };
  remove();
  return templates;
}

/** Resources of one type, by logical id. */
export function findResources(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as Record<string, Resource>;
}

export const findProperties = (template: Template, type: string): Record<string, unknown>[] =>
  Object.values(findResources(template, type)).map((resource) => resource.Properties);

/** The only resource of the type with this value of this property. */
export function findOneWith(template: Template, type: string, property: string, value: unknown) {
  const found = findProperties(template, type).filter((properties) => properties[property] === value);
  const [first] = found;
  if (!first || found.length > 1)
    throw new Error(`${type} with ${property} ${String(value)}: must be exactly one, got ${found.length}`);
  return first;
}

/** The policy statements of a service's role. */
export function findStatements(service: Template, name: string): Statement[] {
  const policies = findProperties(service, 'AWS::IAM::Policy') as { PolicyName: string; PolicyDocument: unknown }[];
  const own = policies.filter(({ PolicyName }) => PolicyName.startsWith(`${name}Role`));
  return own.flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement);
}

/** An ARN or URL as readable text: references become `<LogicalId>`, without CDK's hashes. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...rest } = value as { Ref?: string };
  if (Ref) return `<${withoutHash(Ref)}>`;
  const [name, argument] = Object.entries(rest)[0] ?? [];
  if (name === 'Fn::GetAtt') return `<${withoutHash((argument as string[])[0] ?? '')}>`;
  if (name === 'Fn::Join') return (argument as unknown as [string, unknown[]])[1].map(toText).join('');
  return JSON.stringify(value);
}

export const withoutHash = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');
