import { describe, expect, test } from 'vitest';
import { physicalName } from '../../stacks/model/names.ts';
import { secretId, secretsOf } from '../../stacks/model/secrets.ts';
import { type SecretName, secretNames, serviceNames } from '../../stacks/model/services.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { ref } from '../../stacks/rules/template/ref.ts';
import { type Body, readResources, readStages, remote } from './synthesized.ts';

const [aws, azure, google] = [readResources('aws'), readResources('azure'), readResources('google')];

interface Expected {
  readonly env: string;
  /** Expression of its first value: derived from the origin secret, unless a person chooses one. */
  readonly firstValue: (stage: Stage) => string;
  /** On Google. */
  readonly mountPath: string;
}

const expected: Readonly<Record<SecretName, Expected>> = {
  'partner-signing-key': {
    env: 'PARTNER_SECRET',
    firstValue: ({ fulfilment }) =>
      fulfilment.partnerUrl === null ? 'sha256(join(" ", ["partner", var.origin_secret]))' : 'var.partner_secret',
    mountPath: '/etc/partner',
  },
};

const readersOf = (bodies: readonly Body[], secret: SecretName) =>
  bodies.filter((body) => JSON.stringify(body).includes(expected[secret].env));
const servicesWith = (secret: SecretName) =>
  serviceNames.filter((service) => secretsOf(service).some((access) => access.secret === secret));
const cases = remote.flatMap((stage) => secretNames.map((secret) => ({ stage, secret, title: stage.name })));

describe.each(cases)('the secret $secret, $title', ({ stage, secret }) => {
  const { env, firstValue, mountPath } = expected[secret];

  test('AWS: comes back by its name, and a rotation survives every later apply', () => {
    const of = aws(stage.name);
    const found = of('aws_secretsmanager_secret').find((one) => one.name === physicalName(stage.name, secret));
    expect(found).toMatchObject({
      recovery_window_in_days: stage.keepData ? 30 : 0,
      lifecycle: { prevent_destroy: stage.keepData },
    });
    // Its own label keeps the first version: Terraform would make a random one current if it were gone.
    const version = of('aws_secretsmanager_secret_version').find(({ secret_id }) =>
      String(secret_id).includes(secretId(secret)),
    );
    expect(version).toMatchObject({
      version_stages: ['AWSCURRENT', 'first'],
      lifecycle: { ignore_changes: ['secret_string', 'version_stages'] },
    });
    const readers = readersOf(of('aws_lambda_function'), secret).map((one) => one.function_name);
    expect(readers).toEqual(servicesWith(secret).map((service) => physicalName(stage.name, service)));
  });

  test('Azure: only its services read it, from a vault that its stage keeps or purges', () => {
    const of = azure(stage.name);
    expect(of('azurerm_key_vault')).toMatchObject([
      {
        rbac_authorization_enabled: true,
        purge_protection_enabled: stage.keepData,
        soft_delete_retention_days: stage.keepData ? 90 : 7,
        lifecycle: { prevent_destroy: stage.keepData },
      },
    ]);
    const deployment = of('azurerm_resource_group_template_deployment').find(
      ({ name }) => name === physicalName(stage.name, secret),
    );
    expect(deployment).toMatchObject({
      parameters_content: ref(`jsonencode({"value" = {"value" = ${firstValue(stage)}}})`),
      lifecycle: { ignore_changes: ['parameters_content', 'template_content'] },
    });
    expect(JSON.parse(String(deployment?.template_content))).toMatchObject({
      parameters: { value: { type: 'securestring' } },
      resources: [{ type: 'Microsoft.KeyVault/vaults/secrets', name: expect.stringMatching(`/${secret}$`) }],
    });
    const readers = readersOf(of('azurerm_function_app_flex_consumption'), secret);
    expect(readers).toHaveLength(servicesWith(secret).length);
    for (const reader of readers)
      expect(reader).toMatchObject({
        app_settings: { [env]: expect.stringMatching(`vault_uri}secrets/${secret}$`) },
        depends_on: expect.arrayContaining([expect.stringMatching(/-secret/)]),
      });
  });

  test('Google: each function of its services mounts the newest version, after it may read it', () => {
    const of = google(stage.name);
    const made = Object.entries(readStages('google').get(stage.name)?.google_secret_manager_secret ?? {});
    const [id, found] = made.find(([, one]) => one.secret_id === physicalName(stage.name, secret)) ?? [];
    expect(found).toMatchObject({ lifecycle: { prevent_destroy: stage.keepData } });
    const own = (bodies: readonly Body[]) =>
      bodies.filter((one) => String(one.secret ?? one.secret_id).includes(`.${id}.`));
    expect(own(of('google_secret_manager_secret_version'))).toMatchObject([
      { secret_data: ref(firstValue(stage)), lifecycle: { ignore_changes: ['secret_data', 'enabled'] } },
    ]);
    expect(own(of('google_secret_manager_secret_iam_member'))).toMatchObject(
      servicesWith(secret).map((service) => ({
        role: 'roles/secretmanager.secretAccessor',
        member: expect.stringContaining(service),
      })),
    );
    const readers = readersOf(of('google_cloudfunctions2_function'), secret);
    expect(readers.map((one) => one.name).sort()).toEqual(
      ['fulfilment', 'postponed'].map((one) => physicalName(stage.name, one)),
    );
    for (const reader of readers)
      expect(reader).toMatchObject({
        service_config: {
          environment_variables: { [env]: expect.stringMatching(`^${mountPath}/`) },
          secret_volumes: expect.arrayContaining([expect.objectContaining({ mount_path: mountPath })]),
        },
        depends_on: expect.arrayContaining([
          expect.stringMatching(/secret_version/),
          expect.stringMatching(/iam_member/),
        ]),
      });
  });
});
