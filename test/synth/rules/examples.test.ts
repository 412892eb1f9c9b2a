import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../stacks/rules/read-file.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';

describe.each(rules)('$name', (rule) => {
  test.each(rule.examples)('finds the bad example $#, which keeps every other rule that the good one keeps', (pair) => {
    const [bad, good] = [pair.bad, pair.good].map((file) => checkTemplate(readTemplate(file), rules));
    const own = (bad ?? []).filter((finding) => finding.rule === rule.name);
    expect(own.length).toBeGreaterThan(0);
    const brokenAnyway = new Set((good ?? []).map((finding) => finding.rule));
    expect(brokenAnyway).not.toContain(rule.name);
    const broken = new Set((bad ?? []).map((finding) => finding.rule));
    expect([...broken].filter((name) => !brokenAnyway.has(name))).toEqual([rule.name]);
    for (const { resource, problem } of own) {
      expect(readTemplate(pair.bad).resources.map(({ id }) => id)).toContain(resource);
      expect(problem.length).toBeGreaterThan(40);
    }
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
