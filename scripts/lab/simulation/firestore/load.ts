export { firestorePlatform as makePlatform } from './platform.ts';
export const loadEntries = async () => (await import('./entries.ts')).googleServices;
