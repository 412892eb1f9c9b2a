import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Plans a stack's variables alone, which needs no provider. @returns Terraform's errors, '' if it accepts them all */
export function planVariables(folder: string, stack: string, values: Readonly<Record<string, string>>): string {
  const { variable } = JSON.parse(stack) as { variable: object };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ variable }));
  writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify(values));
  const env = { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: '1', TF_INPUT: '0' };
  const { stderr } = spawnSync('terraform', ['plan', '-no-color', '-input=false'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return stderr;
}

/** Values as the owner of a stage would set them. */
export const ownVariables = {
  azure: {
    subscription_id: '0b1f6471-1bf0-4dda-aec3-cb9272f09590',
    suffix: 'a1b2c3',
    oidc_issuer: 'https://login.test-shop.com/shop',
    oidc_audience: 'shop',
    origin_secret: 'a-secret-of-24-characters',
  },
  google: {
    project: 'test-shop-123456',
    domain: 'shop.test-shop.com',
    oidc_issuer: 'https://login.test-shop.com/shop',
    oidc_audience: 'shop',
    origin_secret: 'a-secret-of-24-characters',
  },
} as const;

/** Example values that an owner may have copied from a page, by variable. */
export const exampleVariables: Readonly<Record<string, string>> = {
  subscription_id: '<your subscription>',
  project: 'My Project',
  domain: 'shop.example',
  oidc_issuer: 'https://issuer.example/realms/shop',
  oidc_audience: '',
  origin_secret: 'short',
  origin_secret_before: 'short',
  partner_secret: 'a-secret-of-24-characters',
  alarm_email: 'alarms@shop.example',
  suffix: 'My-Suffix',
};
