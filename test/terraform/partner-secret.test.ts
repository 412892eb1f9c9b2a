import { describe, expect, test } from 'vitest';
import { physicalName } from '../../stacks/model/names.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { ref } from '../../stacks/rules/template/ref.ts';
import { readResources, remote } from './synthesized.ts';

const name = 'partner-signing-key';
const [aws, azure, google] = [readResources('aws'), readResources('azure'), readResources('google')];
/** What its first value is made of: a stand-in needs no value that a person makes up. */
const firstValue = ({ fulfilment }: Stage) =>
  fulfilment.partnerUrl === null ? 'sha256(join(" ", ["partner", var.origin_secret]))' : 'var.partner_secret';
const environmentOf = (body: unknown) => JSON.stringify(body);

describe.each(remote)('the secret that signs calls to the partner, $name', (stage) => {
  test('AWS: comes back by its name, and a rotation survives every later apply', () => {
    const of = aws(stage.name);
    const secret = of('aws_secretsmanager_secret').find((one) => one.name === physicalName(stage.name, name));
    expect(secret).toMatchObject({
      recovery_window_in_days: stage.keepData ? 30 : 0,
      lifecycle: { prevent_destroy: stage.keepData },
    });
    // Its own label keeps the first version: Terraform would make a random one current if it were gone.
    const version = of('aws_secretsmanager_secret_version').find(({ secret_id }) =>
      /PartnerSecret/.test(String(secret_id)),
    );
    expect(version).toMatchObject({
      version_stages: ['AWSCURRENT', 'first'],
      lifecycle: { ignore_changes: ['secret_string', 'version_stages'] },
    });
    const readers = of('aws_lambda_function').filter((one) => environmentOf(one).includes('PARTNER_SECRET'));
    expect(readers.map((one) => one.function_name)).toEqual([physicalName(stage.name, 'fulfilment')]);
  });

  test('Azure: only fulfilment reads it, from a vault that its stage keeps or purges', () => {
    const of = azure(stage.name);
    expect(of('azurerm_key_vault')).toMatchObject([
      {
        rbac_authorization_enabled: true,
        purge_protection_enabled: stage.keepData,
        soft_delete_retention_days: stage.keepData ? 90 : 7,
        lifecycle: { prevent_destroy: stage.keepData },
      },
    ]);
    const [deployment] = of('azurerm_resource_group_template_deployment').filter((one) =>
      environmentOf(one).includes('Microsoft.KeyVault'),
    );
    expect(deployment).toMatchObject({
      parameters_content: ref(`jsonencode({"value" = {"value" = ${firstValue(stage)}}})`),
      lifecycle: { ignore_changes: ['parameters_content', 'template_content'] },
    });
    expect(JSON.parse(String(deployment?.template_content)).parameters).toEqual({ value: { type: 'securestring' } });
    const readers = of('azurerm_function_app_flex_consumption').filter((one) =>
      environmentOf(one).includes('PARTNER_SECRET'),
    );
    expect(readers).toHaveLength(1);
    expect(readers[0]).toMatchObject({
      app_settings: { PARTNER_SECRET: expect.stringMatching(/vault_uri\}secrets\/partner-signing-key$/) },
      depends_on: expect.arrayContaining([expect.stringMatching(/fulfilment-secret/)]),
    });
  });

  test('Google: both functions of fulfilment mount the newest version, after they may read it', () => {
    const of = google(stage.name);
    expect(of('google_secret_manager_secret_version')).toMatchObject([
      { secret_data: ref(firstValue(stage)), lifecycle: { ignore_changes: ['secret_data', 'enabled'] } },
    ]);
    expect(of('google_secret_manager_secret_iam_member')).toMatchObject([
      { role: 'roles/secretmanager.secretAccessor', member: expect.stringMatching(/fulfilment/) },
    ]);
    const readers = of('google_cloudfunctions2_function').filter((one) =>
      environmentOf(one).includes('PARTNER_SECRET'),
    );
    expect(readers.map((one) => one.name).sort()).toEqual(
      ['fulfilment', 'postponed'].map((one) => physicalName(stage.name, one)),
    );
    for (const one of readers)
      expect(one).toMatchObject({
        service_config: {
          environment_variables: { PARTNER_SECRET: expect.stringMatching(/^\/etc\/partner\//) },
          secret_volumes: [{ mount_path: '/etc/partner' }],
        },
        depends_on: expect.arrayContaining([
          expect.stringMatching(/secret_version/),
          expect.stringMatching(/iam_member/),
        ]),
      });
  });
});
