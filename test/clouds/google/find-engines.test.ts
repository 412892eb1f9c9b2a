import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeEngines, findEngines } from '../../../scripts/clouds/google/find-engines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engines-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

function putSdk(): void {
  put('sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar');
  put('sdk/platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20-all.jar');
}

const findKinds = (env: NodeJS.ProcessEnv) => {
  const { firestore, pubsub } = findEngines(env);
  return [firestore.kind, pubsub.kind];
};

test('prefers the endpoints that the environment names', () => {
  putSdk();
  put('bin/java');
  const env = { PATH: join(folder, 'bin'), CLOUDSDK_ROOT: join(folder, 'sdk'), FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' };
  expect(findEngines(env).firestore).toEqual({ kind: 'endpoint', host: '127.0.0.1:1' });
  expect(findKinds(env)).toEqual(['endpoint', 'emulator']);
});

test("finds Google's emulators under CLOUDSDK_ROOT, and beside the real path of gcloud", () => {
  putSdk();
  put('bin/java');
  const gcloud = put('sdk/bin/gcloud');
  expect(findKinds({ PATH: join(folder, 'bin'), CLOUDSDK_ROOT: join(folder, 'sdk') })).toEqual([
    'emulator',
    'emulator',
  ]);
  symlinkSync(gcloud, join(folder, 'bin/gcloud'));
  expect(findKinds({ PATH: join(folder, 'bin') })).toEqual(['emulator', 'emulator']);
});

test('uses the fallback when it is asked for, and refuses any other choice', () => {
  putSdk();
  put('bin/java');
  const env = { PATH: join(folder, 'bin'), CLOUDSDK_ROOT: join(folder, 'sdk') };
  expect(findKinds({ ...env, GOOGLE_ENGINES: 'fallback' })).toEqual(['fallback', 'fallback']);
  expect(() => findKinds({ ...env, GOOGLE_ENGINES: 'emulator' })).toThrow(/can only be fallback/);
});

test('falls back without Java, without a Cloud SDK, or without its emulators, and says so', () => {
  putSdk();
  expect(findKinds({ PATH: join(folder, 'bin'), CLOUDSDK_ROOT: join(folder, 'sdk') })).toEqual([
    'fallback',
    'fallback',
  ]);
  put('bin/java');
  expect(findKinds({ PATH: join(folder, 'bin') })).toEqual(['fallback', 'fallback']);
  expect(describeEngines(findEngines({ PATH: '' }))).toBe('Firestore: the npm fallback; Pub/Sub: the npm fallback');
});
