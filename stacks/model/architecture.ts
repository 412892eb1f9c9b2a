/** Graviton: 20 % cheaper per millisecond, and the bundles hold no native code. */
export const functionArchitecture = 'arm64';
