import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../stacks/rules/read-file.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';

describe.each(rules)('$name', (rule) => {
  test.each(rule.examples)('finds the bad example $# and no other rule does', ({ bad }) => {
    const found = checkTemplate(readTemplate(bad), rules);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((finding) => finding.rule))).toEqual(new Set([rule.name]));
    for (const { resource, problem } of found) {
      expect(readTemplate(bad).resources.map(({ id }) => id)).toContain(resource);
      expect(problem.length).toBeGreaterThan(40);
    }
  });

  test.each(rule.examples)('finds nothing in the good example $#', ({ good }) => {
    expect(checkTemplate(readTemplate(good), rules)).toEqual([]);
  });

  test('says what, why and where it is written', () => {
    expect(rule.examples.length).toBeGreaterThan(0);
    expect(rule.clouds.length).toBeGreaterThan(0);
    expect(rule.name).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
    expect(rule.what).toMatch(/^[A-Z].+\.$/s);
    expect(rule.why).toMatch(/^[A-Z`].+\.$/s);
    expect(rule.source.length).toBeGreaterThan(0);
    for (const source of rule.source) expect(source).toMatch(/^https:\/\/\S+$/);
  });
});

test('no two rules have one name', () => {
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
