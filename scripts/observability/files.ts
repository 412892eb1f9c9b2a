import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../platform/process/paths.ts';
import { dashboards, toGrafana } from './dashboards.ts';
import { ruleFiles } from './rules.ts';

export const observabilityFolder = join(projectFolder, 'observability');

export const prometheusConfig = join(observabilityFolder, 'prometheus.yml');

/** All generated files, by path below `observability`. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const rules = [...ruleFiles()].map(([name, text]) => [`rules/${name}`, text] as const);
  const pages = dashboards.map(
    (dashboard) => [`grafana/${dashboard.name}.json`, `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`] as const,
  );
  return new Map([...rules, ...pages]);
}

const presentFiles = (folder: string) => globSync('{rules,grafana}/*', { cwd: folder });

/** Files that differ from the generated ones: changed, missing, or of a removed stage. */
export function staleFiles(folder = observabilityFolder): string[] {
  const files = generatedFiles();
  const changed = [...files].filter(([path, text]) => {
    const file = join(folder, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  return [...changed.map(([path]) => path), ...presentFiles(folder).filter((path) => !files.has(path))];
}

export function writeFiles(folder = observabilityFolder): void {
  const files = generatedFiles();
  for (const path of presentFiles(folder)) if (!files.has(path)) rmSync(join(folder, path));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
