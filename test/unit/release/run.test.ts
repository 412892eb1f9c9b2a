import { expect, test } from 'vitest';
import { releases } from '../../../functions/adapters/aws/releases.ts';
import { type ReleasePorts, release, toAppSpec } from '../../../scripts/operations/release/run.ts';

const versions: Readonly<Record<string, { from: string; to: string } | undefined>> = {
  catalog: { from: '3', to: '4' },
  intake: { from: '5', to: '5' },
  invalidation: undefined,
  settlement: { from: '1', to: '2' },
};

/** CodeDeploy on which each release ends at the second read of its status. */
function scripted(last: Readonly<Record<string, string>> = {}) {
  const started: string[] = [];
  const looks = new Map<string, number>();
  const ports: ReleasePorts = {
    readVersions: async (service) => versions[service],
    async start({ service, from, to }) {
      started.push(`${service} ${from} -> ${to}`);
      return service;
    },
    async readStatus(id) {
      const look = (looks.get(id) ?? 0) + 1;
      looks.set(id, look);
      return look < 2 ? { status: 'InProgress', message: '' } : { status: last[id] ?? 'Succeeded', message: 'alarm' };
    },
    sleep: async () => {},
    onStep: () => {},
  };
  return { ports, started };
}

test('moves the functions that have a newer version, and leaves the others', async () => {
  const { ports, started } = scripted();
  expect(await release(Object.keys(versions), ports)).toHaveLength(2);
  expect(started).toEqual(['catalog 3 -> 4', 'settlement 1 -> 2']);
});

test.each(['Failed', 'Stopped'])('names the function whose release %s, after every other has ended', async (status) => {
  const { ports } = scripted({ catalog: status });
  await expect(release(Object.keys(versions), ports)).rejects.toMatchObject({
    code: 'release_rolled_back',
    message: `catalog 3 -> 4: ${status}. alarm`,
  });
});

test('the hooks find the version in what the command writes', async () => {
  const names = { functionName: 'shop-settlement', alias: 'live', before: 'shop-rehearsal', after: 'shop-inspection' };
  const content = toAppSpec({ service: 'settlement', from: '11', to: '12' }, names);
  const revision = { appSpecContent: { content } };
  const client = { send: async () => ({ deploymentInfo: { deploymentGroupName: 'settlement', revision } }) };
  expect(await releases(client as never).find('d-1')).toEqual({ service: 'settlement', version: '12' });
  expect(JSON.parse(content).Hooks).toEqual([
    { BeforeAllowTraffic: 'shop-rehearsal' },
    { AfterAllowTraffic: 'shop-inspection' },
  ]);
});
