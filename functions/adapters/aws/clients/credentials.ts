/** Replaces the SDK's own provider chain in a package, under the same name: see `stacks/build/plugins.ts`. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
