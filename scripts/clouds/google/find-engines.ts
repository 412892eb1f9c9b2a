import { accessSync, constants, existsSync, globSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What stands in for a Google service on this machine. */
export type Engine =
  /** Something runs already, and the environment says where. */
  | { readonly kind: 'endpoint'; readonly host: string }
  /** Google's own emulator, as a Cloud SDK has it. */
  | { readonly kind: 'emulator'; readonly java: string; readonly args: readonly string[] }
  /** A small server from npm and of this project: weaker evidence, for a machine that has no Cloud SDK. */
  | { readonly kind: 'fallback' };

export interface Engines {
  readonly firestore: Engine;
  readonly pubsub: Engine;
}

/** A short run on a small machine: the thorough compiler would take longer than it saves. */
const jvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Endpoints that are set come first, then Google's own emulators with Java, then what npm has. */
export function findEngines(env: NodeJS.ProcessEnv = process.env): Engines {
  const java = onPath('java', env.JAVA_HOME ? join(env.JAVA_HOME, 'bin') : '', env);
  const roots = sdkRoots(env);
  const jarOf = (pattern: string) => roots.flatMap((root) => globSync(join(root, 'platform', pattern)))[0];
  const emulator = (jar: string | undefined, args: (jar: string) => readonly string[]): Engine =>
    java && jar ? { kind: 'emulator', java, args: args(jar) } : { kind: 'fallback' };
  const firestoreMain = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
  const at = (host: string | undefined): Engine | undefined => (host ? { kind: 'endpoint', host } : undefined);
  return {
    firestore:
      at(env.FIRESTORE_EMULATOR_HOST) ??
      emulator(jarOf('cloud-firestore-emulator/*.jar'), (jar) => [
        ...jvm,
        '-Xmx512m',
        '-cp',
        jar,
        firestoreMain,
        'start',
      ]),
    pubsub:
      at(env.PUBSUB_EMULATOR_HOST) ??
      emulator(jarOf('pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar'), (jar) => [
        ...jvm,
        '-Xmx256m',
        '-jar',
        jar,
      ]),
  };
}

/** One line that says what ran, and how much it proves. */
export function describeEngines({ firestore, pubsub }: Engines): string {
  const words = { endpoint: 'an endpoint of yours', emulator: "Google's emulator", fallback: 'the npm fallback' };
  return `Firestore: ${words[firestore.kind]}; Pub/Sub: ${words[pubsub.kind]}`;
}

function sdkRoots(env: NodeJS.ProcessEnv): string[] {
  const gcloud = onPath('gcloud', '', env);
  const roots = [env.CLOUDSDK_ROOT, env.CLOUDSDK_ROOT_DIR, gcloud && dirname(dirname(realpathSync(gcloud)))];
  return roots.flatMap((root) => (root && existsSync(root) ? [root] : []));
}

function onPath(program: string, first: string, env: NodeJS.ProcessEnv): string | undefined {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const folders = [first, ...(env.PATH ?? '').split(delimiter)].filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
