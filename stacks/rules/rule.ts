import type { Cloud } from '../model/clouds/clouds.ts';
import type { JsonObject } from '../model/json.ts';
import { listJudgedTypes } from './judged-types.ts';
import { isEquivalent } from './template/equivalents.ts';
import type { Template } from './template/template.ts';

/** A template error that a cloud rejects, or that breaks only there: no emulator and no linter reports it. */
export interface Rule {
  /** Kebab-case; the same as its file's name. */
  readonly name: string;
  /** The requirement, as a sentence. */
  readonly what: string;
  /** The cloud's behaviour if the rule is broken. */
  readonly why: string;
  /** The provider's document, its source, or a public report: https URLs. */
  readonly source: readonly string[];
  readonly clouds: readonly Cloud[];
  readonly check: (template: Template) => readonly Finding[];
  /** At least one pair. `bad` breaks this rule, and no further rule that `good` keeps. */
  readonly examples: readonly Example[];
}

export interface Finding {
  /** Address of the resource in its template. */
  readonly resource: string;
  /** The problem, the value got, and what to do. */
  readonly problem: string;
}

/** Minimal templates, as CloudFormation (`Resources`) or Terraform (`resource`) reads them. */
export interface Example {
  readonly bad: TemplateFile;
  readonly good: TemplateFile;
}

export type TemplateFile = JsonObject;

/** A finding, with the rule that made it. */
export interface RuleFinding extends Finding {
  readonly rule: string;
}

/** Used instead of a rule's name for parts that the reader could not read. */
export const notRead = 'not-read';

/**
 * Every finding of the rules for the template's cloud. Each unread part is a finding, too, because no rule has checked
 * it.
 */
export function checkTemplate(template: Template, rules: readonly Rule[]): readonly RuleFinding[] {
  const found = rules
    .filter(({ clouds }) => clouds.some((cloud) => template.clouds.has(cloud)))
    .flatMap((rule) => rule.check(template).map((finding) => ({ rule: rule.name, ...finding })));
  return [...listUnread(template, rules), ...found];
}

/** Types of resources that were left out and that no rule reads, either. */
export function listUnknownTypes(template: Template, rules: readonly Rule[]): readonly string[] {
  const read = listJudgedTypes(rules);
  const unknown = template.untranslated.filter(
    ({ type }) => !read.has(type) && findEquivalent(read, type) === undefined,
  );
  return [...new Set(unknown.map(({ type }) => type))].toSorted();
}

function listUnread(template: Template, rules: readonly Rule[]): readonly RuleFinding[] {
  if (template.unread.length + template.untranslated.length === 0) return [];
  const read = listJudgedTypes(rules);
  const unread = template.unread.filter(({ types }) => types?.some((type) => read.has(type)) ?? true);
  const untranslated = template.untranslated.flatMap(({ id, type }) => {
    const equivalent = read.has(type) ? undefined : findEquivalent(read, type);
    const reason = `because ${type} has no translation, and rules judge ${equivalent}. Check it by hand`;
    return equivalent === undefined ? [] : [{ id, reason }];
  });
  return [...unread, ...untranslated].map(({ id, reason }) => ({ rule: notRead, resource: id, problem: reason }));
}

const findEquivalent = (read: ReadonlySet<string>, type: string): string | undefined =>
  [...read].find((one) => one.startsWith('AWS::') && isEquivalent(type, one));
