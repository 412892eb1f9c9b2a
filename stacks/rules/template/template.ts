import type { Cloud } from '../../model/clouds/clouds.ts';
import { isObject, type Json, type JsonObject, toObject } from '../../model/json.ts';

/** A resource of a template, in the terms of its tool. */
export interface Resource {
  /** `<stack>/<logical id>` in CloudFormation, `<type>.<name>` in Terraform. */
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** Survives the deletion of its stack. */
  readonly kept: boolean;
  /** Ids of the resources in explicit dependencies; those that its properties refer to are not listed. */
  readonly dependsOn: readonly string[];
  /** CloudFormation's update policy, if it has one; Terraform has none. */
  readonly updatePolicy?: JsonObject;
}

/** A part that the reader could not read, and therefore no rule could check. */
export interface Unread {
  readonly id: string;
  /** Begins with `because`. */
  readonly reason: string;
  /** The types under which rules read the resource, if only those miss it. */
  readonly types?: readonly string[];
}

/** A resource of Terraform that has no counterpart in CloudFormation's terms, so that rules in those cannot read it. */
export interface Untranslated {
  readonly id: string;
  readonly type: string;
}

const prefixes: readonly [prefix: RegExp, cloud: Cloud][] = [
  [/^(AWS::|aws_)/, 'aws'],
  [/^azurerm_/, 'azure'],
  [/^google_/, 'google'],
];

/** One stage of one cloud: all stacks of CloudFormation, or one stack's file of Terraform. */
export class Template {
  readonly resources: readonly Resource[];
  readonly clouds: ReadonlySet<Cloud>;
  readonly unread: readonly Unread[];
  readonly untranslated: readonly Untranslated[];
  private readonly defaults: ReadonlyMap<string, Json>;
  /** An AWS resource by Terraform has two entries: in Terraform's terms and in CloudFormation's. */
  private readonly byId: ReadonlyMap<string, readonly Resource[]>;

  /** @param defaults of CloudFormation's parameters, by `<stack>/<name>`; Terraform's variables are resources */
  constructor(
    resources: readonly Resource[],
    unread: readonly Unread[] = [],
    defaults: ReadonlyMap<string, Json> = new Map(),
    untranslated: readonly Untranslated[] = [],
  ) {
    this.untranslated = untranslated;
    this.defaults = defaults;
    this.resources = resources;
    this.unread = unread;
    this.byId = Map.groupBy(resources, ({ id }) => id);
    this.clouds = new Set(prefixes.flatMap(([prefix, cloud]) => (this.some(prefix) ? [cloud] : [])));
  }

  private some(prefix: RegExp): boolean {
    return this.resources.some(({ type }) => prefix.test(type));
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The default of a parameter or a variable. */
  findDefault(value: Json): Json | undefined {
    if (typeof value !== 'string') return this.defaults.get(String(toObject(value).Ref));
    const [, name] = /^\$\{var\.([\w-]+)\}$/.exec(value) ?? [];
    return this.ofType('variable').find(({ id }) => id === `variable.${name}`)?.properties.default;
  }

  /** The resources that a value refers to, at any depth. */
  referredBy(value: Json | undefined): readonly Resource[] {
    return [...new Set(references(value))].flatMap((id) => this.byId.get(id) ?? []);
  }

  /** The first resource that a value refers to; of one type if given. */
  findReferred(value: Json | undefined, type?: string): Resource | undefined {
    return this.referredBy(value).find((resource) => type === undefined || resource.type === type);
  }
}

/** Ids that a value names: CloudFormation's `Ref` and `Fn::GetAtt`, Terraform's `${type.name.attribute}`. */
function references(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return terraformReferences(value);
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  const { Ref, 'Fn::GetAtt': attribute } = value;
  if (typeof Ref === 'string') return [Ref];
  if (Array.isArray(attribute)) return [String(attribute[0])];
  return Object.values(value).flatMap(references);
}

function terraformReferences(text: string): readonly string[] {
  const expressions = [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, expression = '']) => expression);
  return expressions.flatMap((expression) =>
    [...expression.matchAll(/(?<![\w.])((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)/g)].map(([, id = '']) => id),
  );
}

/**
 * A value as one text that can be compared: `<id>` and `<id>.Attribute` for references, `<AWS::Region>` for pseudo
 * parameters. Terraform's expressions stay as they are.
 */
export function toText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (!isObject(value)) return Array.isArray(value) ? value.map(toText).join(',') : String(value);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Select': select, 'Fn::Split': split } = value;
  if (Ref !== undefined) return `<${String(Ref)}>`;
  if (Array.isArray(attribute)) return `<${String(attribute[0])}>.${String(attribute[1])}`;
  if (Array.isArray(join)) return joinText(String(join[0]), join[1]);
  if (Array.isArray(select)) return `${toText(select[1])}[${String(select[0])}]`;
  if (Array.isArray(split)) return `${toText(split[1])}.split(${String(split[0])})`;
  return JSON.stringify(value);
}

/** A list that only the deploy knows cannot be joined earlier. */
const joinText = (delimiter: string, list: Json | undefined): string =>
  Array.isArray(list) ? list.map(toText).join(delimiter) : `${toText(list)}.join(${delimiter})`;
