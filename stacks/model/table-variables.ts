import { services } from './services.ts';

/** The functions' variables that name the stage's own tables, with each table's name in the model. */
export const tableVariables: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(services).flatMap(({ access }) =>
    access.flatMap((one) => (one.kind === 'table' && one.of === undefined ? [[one.env, one.table]] : [])),
  ),
);
