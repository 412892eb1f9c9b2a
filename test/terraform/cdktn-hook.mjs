// Loads the community's fork of CDKTF wherever the stacks and the bindings ask for the original, as an npm alias would.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const fork = createRequire(new URL('../../stacks/terraform/package.json', import.meta.url)).resolve('cdktn');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'cdktf' ? { url: pathToFileURL(fork).href, shortCircuit: true } : next(specifier, context),
});
