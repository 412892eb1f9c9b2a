import type { JsonObject } from '../model/json.ts';
import { readTemplate } from './read-file.ts';
import { Template } from './template/template.ts';

/** The parts of a rule that tell what it reads. */
interface Judge {
  readonly check: (template: Template) => unknown;
  readonly examples: readonly { readonly bad: JsonObject; readonly good: JsonObject }[];
}

/** Notes each type that a rule asks for. */
class AskedTemplate extends Template {
  readonly asked = new Set<string>();

  override ofType(...types: readonly string[]) {
    for (const type of types) this.asked.add(type);
    return super.ofType(...types);
  }
}

const known = new WeakMap<readonly Judge[], ReadonlySet<string>>();

/** Every type of resource that some rule reads: those in its examples, and those that it asks for while it reads them. */
export function listJudgedTypes(rules: readonly Judge[]): ReadonlySet<string> {
  const found = known.get(rules) ?? new Set(rules.flatMap(listOwn));
  known.set(rules, found);
  return found;
}

function listOwn({ examples, check }: Judge): readonly string[] {
  return examples
    .flatMap(({ bad, good }) => [bad, good])
    .flatMap((file) => {
      const { resources } = readTemplate(file);
      const template = new AskedTemplate(resources);
      check(template);
      return [...resources.map(({ type }) => type), ...template.asked];
    });
}
