import { isObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';

/** The parts of a CloudFormation template that rules and the comparison with Terraform read. */
export interface CloudFormationFile {
  readonly Resources: Readonly<Record<string, CloudFormationResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: Json }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json }>>;
}

interface CloudFormationResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DeletionPolicy?: Json;
  readonly DependsOn?: Json;
  readonly UpdatePolicy?: JsonObject;
}

export type CloudFormationFiles = Readonly<Record<string, CloudFormationFile>>;

const published = 'AWS::SSM::Parameter::Value<String>';

/** Resolves the parameters and outputs that link a stage's stacks. */
export class StackLinks {
  private readonly files: CloudFormationFiles;
  private readonly values: ReadonlyMap<string, { readonly stack: string; readonly value: Json }>;

  constructor(files: CloudFormationFiles) {
    this.files = files;
    const parameters = Object.entries(files).flatMap(([stack, { Resources }]) =>
      Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
        Type === 'AWS::SSM::Parameter'
          ? [[String(Properties.Name), { stack, value: Properties.Value ?? null }] as const]
          : [],
      ),
    );
    this.values = new Map(parameters);
  }

  /** The value, with ids that hold their stack. */
  link(stack: string, value: Json): Json {
    if (Array.isArray(value)) return value.map((one) => this.link(stack, one));
    if (!isObject(value)) return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::GetStackOutput': output, 'Fn::Sub': text } = value;
    if (typeof Ref === 'string') return this.reference(stack, Ref);
    if (attribute !== undefined) return this.attribute(stack, attribute);
    if (text !== undefined) return this.substitute(stack, toList(text));
    if (isObject(output)) return this.output(String(output.StackName), String(output.OutputName));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.link(stack, one)]));
  }

  private reference(stack: string, name: string): Json {
    const parameter = this.files[stack]?.Parameters?.[name];
    const source = parameter?.Type === published ? this.values.get(String(parameter.Default)) : undefined;
    if (source) return this.link(source.stack, source.value);
    return { Ref: name.startsWith('AWS::') ? name : `${stack}/${name}` };
  }

  /** Either a list, or the short form `Id.Attribute`. */
  private attribute(stack: string, value: Json): Json {
    const [id = '', ...path] = typeof value === 'string' ? value.split('.') : toList(value).map(String);
    return { 'Fn::GetAtt': [`${stack}/${id}`, path.join('.')] };
  }

  /** `Fn::Sub` as `Fn::Join`. */
  private substitute(stack: string, [text, values]: readonly Json[]): Json {
    const pieces = String(text).split(/\$\{([^!}][^}]*)\}/);
    const toValue = (name: string): Json => {
      const given = toObject(values)[name];
      if (given !== undefined) return this.link(stack, given);
      return name.includes('.') ? this.attribute(stack, name) : this.reference(stack, name);
    };
    return { 'Fn::Join': ['', pieces.map((piece, at) => (at % 2 === 1 ? toValue(piece) : piece))] };
  }

  private output(stack: string, key: string): Json {
    return this.link(stack, this.files[stack]?.Outputs?.[key]?.Value ?? null);
  }
}
