import { expect, test } from 'vitest';
import { fillInText, type RunAddresses, standIns } from '../../../scripts/platform/cdk/run-addresses.ts';
import { stages, withIssuer, withPartner } from '../../../stacks/model/stages/stages.ts';
import { synthesize } from './synthesize.ts';

const addresses: RunAddresses = {
  issuer: 'http://127.0.0.1:43210',
  jwks: JSON.stringify({ keys: [{ kid: 'a"b\\c$&', n: '0' }] }),
  partner: 'http://127.0.0.1:43211',
};

/** A function's version is named by a hash of its settings. */
const withoutVersions = (text: string) => text.replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1');

function templatesWith(name: 'local' | 'local-url', { issuer, jwks, partner }: RunAddresses): readonly string[] {
  const stage = withPartner(withIssuer(stages[name], { issuer, jwks, audience: 'shop' }), partner);
  const { data, service, edge, operations } = synthesize(stage);
  return [data, service, edge, operations].map((template) => JSON.stringify(template.toJSON(), undefined, 1));
}

test.each(['local', 'local-url'] as const)(
  'a kept assembly of %s with a run’s addresses filled in equals a synthesis with them',
  (stage) => {
    const kept = templatesWith(stage, standIns);
    const used = Object.values(standIns).filter((standIn) => kept.join().includes(standIn));
    // An HTTP API reads the keys from the issuer.
    expect(used).toHaveLength(stage === 'local' ? 2 : 3);
    const filled = kept.map((text) => fillInText(text, addresses));
    expect(filled.map(withoutVersions)).toEqual(templatesWith(stage, addresses).map(withoutVersions));
  },
);
