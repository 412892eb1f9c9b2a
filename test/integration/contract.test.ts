import { expect, test } from 'vitest';
import { installJudge, judgeContract } from '../../scripts/lab/contract/contract.ts';
import { adminToken, platform } from '../support/deployed.ts';

// `npm run contract` sends more.
const examples = 3;

test.each([
  { door: 'API', url: platform.apiUrl, throughCdn: false },
  { door: 'CDN', url: platform.edgeUrl, throughCdn: true },
])(
  'a property-based client finds nothing at the $door',
  async ({ url, throughCdn }) => {
    const interpreter = await installJudge(() => {});
    // The CDN and other stages are checked briefly: the local API alone covers the whole schema.
    const brief = throughCdn || platform.stage !== 'local';
    const options = { url, throughCdn, brief, token: adminToken, examples, seed: 1 };
    const verdict = await judgeContract(interpreter, options);
    expect(verdict.output).not.toContain('FAILURES');
    expect(verdict).toMatchObject({ ok: true, requests: expect.any(Number) });
  },
  300_000,
);
