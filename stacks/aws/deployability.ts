import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { checkTemplate, type Rule } from '../rules/rule.ts';
import { rules as allRules } from '../rules/rules.ts';
import { readCloudFormation } from '../rules/template/read-cloudformation.ts';
import type { CloudFormationFile } from '../rules/template/stack-links.ts';

/** Fails a synthesis that breaks a rule of deployability (docs/rules.md). */
export class Deployability implements IPolicyValidationPlugin {
  readonly name = 'Deployability';
  private readonly rules: readonly Rule[];

  /** @param rules for tests */
  constructor(rules: readonly Rule[] = allRules) {
    this.rules = rules;
  }

  validate({ templatePaths }: IPolicyValidationContext): PolicyValidationPluginReport {
    const pathOf = new Map(templatePaths.map((path) => [basename(path, '.template.json'), path]));
    const files = [...pathOf].map(([stack, path]): [string, CloudFormationFile] => [
      stack,
      JSON.parse(readFileSync(path, 'utf8')),
    ]);
    const found = checkTemplate(readCloudFormation(Object.fromEntries(files)), this.rules);
    const violations = found.map(({ rule, resource, problem }) => {
      const [stack = '', resourceLogicalId = ''] = resource.split('/');
      return {
        ruleName: rule,
        description: problem,
        violatingResources: [{ resourceLogicalId, templatePath: pathOf.get(stack) ?? '', locations: [] }],
      };
    });
    return { success: violations.length === 0, violations };
  }
}
