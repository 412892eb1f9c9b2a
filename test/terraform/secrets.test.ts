import { expect, test } from 'vitest';
import { convertValue } from '../../scripts/platform/terraform/translate/terraform-text.ts';

const file = {
  variable: {},
  output: {},
  resource: {
    aws_secretsmanager_secret: { created: { name: 'shop-dev-origin-secret-1' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own syntax
    aws_secretsmanager_secret_version: { version: { secret_id: '${aws_secretsmanager_secret.created.id}' } },
  },
  data: { aws_secretsmanager_secret_version: { issued: { secret_id: 'shop-dev-partner-key-1' } } },
};

test.each([
  ['creates', 'aws_secretsmanager_secret_version.version', 'shop-dev-origin-secret-1'],
  ['only names', 'data.aws_secretsmanager_secret_version.issued', 'shop-dev-partner-key-1'],
])('refers to a secret that the stack %s as CloudFormation does', (_, address, name) => {
  expect(convertValue(file, `\${${address}.secret_string}`)).toBe(`{{resolve:secretsmanager:${name}:SecretString}}`);
});
