export { partitionPlatform as makePlatform } from './platform.ts';
export const loadEntries = async () => (await import('./azure/entries.ts')).azureServices;
