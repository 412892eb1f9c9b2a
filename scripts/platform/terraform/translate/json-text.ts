import type { Json, JsonObject } from '../../../../stacks/model/json.ts';
import { parseLiteral } from '../../../../stacks/model/terraform/parse-literal.ts';
import { toPolicy } from '../../../../stacks/model/terraform/policy-document.ts';

interface DataSources {
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

/** Parses an argument that is JSON text, `jsonencode` or a policy document; undefined if only an apply knows it. */
export function readJsonText(file: DataSources, text: string): Json | undefined {
  const [, literal] = /^\$\{jsonencode\((.*)\)\}$/s.exec(text.trim()) ?? [];
  if (literal !== undefined) return parseLiteral(literal);
  const [, name] = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.(?:minified_)?json\}$/.exec(text.trim()) ?? [];
  const document = name === undefined ? undefined : file.data?.aws_iam_policy_document?.[name];
  if (document) return addsToOthers(document) ? undefined : toPolicy(document);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const addsToOthers = (document: JsonObject): boolean =>
  Object.keys(document).some((key) => /^(source|override)_/.test(key));
