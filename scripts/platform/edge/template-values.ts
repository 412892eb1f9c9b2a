import { CliError } from '../../cli/cli.ts';

/** As much of a synthesized template as the edge reads. */
export interface EdgeTemplate {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Values of references that only a deployment knows: by `LogicalId`, `LogicalId.Attribute`, or parameter name. */
export type KnownValues = Readonly<Record<string, string>>;

type Intrinsic = Readonly<Record<string, unknown>>;

/** The text of a template's value; a reference without a known value stands as `${LogicalId.Attribute}`. */
export function textOf(value: unknown, known: KnownValues = {}): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const [name, argument] = Object.entries((value ?? {}) as Intrinsic)[0] ?? [];
  switch (name) {
    case 'Ref':
      return reference(String(argument), known);
    case 'Fn::GetAtt':
      return reference(typeof argument === 'string' ? argument : (argument as string[]).join('.'), known);
    case 'Fn::ImportValue':
      return reference(textOf(argument, known), known);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => textOf(part, known)).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument as string | [string, Intrinsic], known);
    case 'Fn::Select': {
      const [index, list] = argument as [string, unknown];
      const parts = listOf(list, known);
      // Part of something unknown is unknown, and stays readable.
      return parts.length === 1 ? (parts[0] ?? '') : (parts[Number(index)] ?? '');
    }
    default:
      throw new CliError(
        'template_value',
        `the template holds ${JSON.stringify(value)}, which the local edge cannot resolve`,
        'It knows texts, Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split and Fn::ImportValue.',
      );
  }
}

function reference(name: string, known: KnownValues): string {
  return known[name] ?? `\${${name}}`;
}

function substitute(argument: string | [string, Intrinsic], known: KnownValues): string {
  const [text, own] = typeof argument === 'string' ? [argument, {} as Intrinsic] : argument;
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) =>
    name in own ? textOf(own[name], known) : reference(name, known),
  );
}

function listOf(value: unknown, known: KnownValues): string[] {
  if (Array.isArray(value)) return value.map((part) => textOf(part, known));
  const split = (value as Intrinsic)['Fn::Split'] as [string, unknown] | undefined;
  if (!split) return [textOf(value, known)];
  return textOf(split[1], known).split(split[0]);
}

/** The logical id that a reference points to; undefined for a plain text. */
export function referenceOf(value: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string | string[] };
  if (Ref) return Ref;
  return typeof attribute === 'string' ? attribute.split('.')[0] : attribute?.[0];
}
