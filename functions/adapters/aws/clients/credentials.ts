/** In a package this replaces the SDK's own chain of providers, under its name: see `stacks/build/plugins.ts`. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
