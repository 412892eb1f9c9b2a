import { expect, test } from 'vitest';
import { AzureContext } from '../../scripts/operations/doctor/azure/context.ts';
import { GoogleContext } from '../../scripts/operations/doctor/google/context.ts';
import { readVariables, remote } from './synthesized.ts';

const contexts = { azure: AzureContext, google: GoogleContext };

test.each(['azure', 'google'] as const)(
  '%s: the doctor looks for the variables that the plan asks for, and for no other',
  (cloud) => {
    const Context = contexts[cloud];
    const variables = readVariables(cloud);
    for (const stage of remote) {
      const variable = variables.get(stage.name) ?? {};
      const required = Object.keys(variable).filter((name) => variable[name]?.default === undefined);
      const given = { stage, account: undefined, variables: {}, web: {} as never, run: (() => {}) as never };
      const needed = new Context(given).needed.map(({ name }) => name);
      expect(needed).toEqual(expect.arrayContaining(required));
      expect(Object.keys(variable)).toEqual(expect.arrayContaining(needed));
    }
  },
);
