import type { Resource, Template } from './template.ts';

/** Everything that Terraform creates before a resource: its references, its explicit dependencies, and their own. */
export function neededBy(template: Template, resource: Resource): ReadonlySet<Resource> {
  const byId = new Map(template.resources.map((one) => [one.id, one]));
  const needed = new Set<Resource>();
  const waiting = [resource];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const waitedFor = next.dependsOn.flatMap((id) => byId.get(id) ?? []);
    for (const one of [...template.referredBy(next.properties), ...waitedFor]) {
      if (needed.has(one)) continue;
      needed.add(one);
      waiting.push(one);
    }
  }
  return needed;
}
