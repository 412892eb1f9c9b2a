import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Plugin, transformSync } from 'esbuild';
import { projectFolder } from './folders.ts';

/**
 * Node's own modules through `process.getBuiltinModule`. `require` would also prepare each of them for ES modules,
 * which costs milliseconds at start, and a script from the code cache has no `require`.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin', sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Files with classes whose names are read at run time: jose's errors show theirs, and the SDK asks for a NoOpLogger. */
const readNames = /(jose[\\/]dist[\\/]webapi[\\/]util[\\/]errors|smithy-client[\\/]NoOpLogger)\.js$/;

/** Keeps the names of classes where something reads them; elsewhere they are minified. */
export const keptNames: Plugin = {
  name: 'kept-names',
  setup(build) {
    build.onLoad({ filter: readNames }, ({ path }) => ({
      contents: transformSync(readFileSync(path, 'utf8'), { keepNames: true }).code,
    }));
  },
};

/**
 * Lambda gives its functions credentials in the environment. The SDK's default also bundles clients of SSO and STS, and
 * readers of a developer's profiles: a third of the package.
 */
export const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: join(projectFolder, 'functions/adapters/aws/clients/credentials.ts'),
    }));
  },
};
