import { CliError } from '../../cli/cli.ts';

/** The part of a synthesized template that the edge reads. */
export interface EdgeTemplate {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Values known only after a deployment, by `LogicalId`, `LogicalId.Attribute`, or parameter name. */
export type KnownValues = Readonly<Record<string, string>>;

type Intrinsic = Readonly<Record<string, unknown>>;

/** Resolves a template value to text. A reference without a known value becomes `${LogicalId.Attribute}`. */
export function resolveText(value: unknown, known: KnownValues = {}): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const [name, argument] = Object.entries((value ?? {}) as Intrinsic)[0] ?? [];
  switch (name) {
    case 'Ref':
      return reference(String(argument), known);
    case 'Fn::GetAtt':
      return reference(typeof argument === 'string' ? argument : (argument as string[]).join('.'), known);
    case 'Fn::ImportValue':
      return reference(resolveText(argument, known), known);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => resolveText(part, known)).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument as string | [string, Intrinsic], known);
    case 'Fn::Select': {
      const [index, list] = argument as [string, unknown];
      const parts = resolveList(list, known);
      // A part of an unknown value is unknown too; keep it readable.
      return parts.length === 1 ? (parts[0] ?? '') : (parts[Number(index)] ?? '');
    }
    default:
      throw new CliError(
        'template_value',
        `the template contains ${JSON.stringify(value)}, which the local edge cannot resolve`,
        'Use text, Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split or Fn::ImportValue.',
      );
  }
}

function reference(name: string, known: KnownValues): string {
  return known[name] ?? `\${${name}}`;
}

function substitute(argument: string | [string, Intrinsic], known: KnownValues): string {
  const [text, own] = typeof argument === 'string' ? [argument, {} as Intrinsic] : argument;
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) =>
    name in own ? resolveText(own[name], known) : reference(name, known),
  );
}

function resolveList(value: unknown, known: KnownValues): string[] {
  if (Array.isArray(value)) return value.map((part) => resolveText(part, known));
  const split = (value as Intrinsic)['Fn::Split'] as [string, unknown] | undefined;
  if (!split) return [resolveText(value, known)];
  return resolveText(split[1], known).split(split[0]);
}

/** The logical id of a reference; undefined for plain text. */
export function referenceOf(value: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string | string[] };
  if (Ref) return Ref;
  return typeof attribute === 'string' ? attribute.split('.')[0] : attribute?.[0];
}
