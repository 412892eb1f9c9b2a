import { parseArgs } from 'node:util';
import { refusePlaceholders } from '../model/checks/placeholders.ts';
import { clouds } from '../model/clouds/clouds.ts';
import { inEachRegion, inRegion } from '../model/stages/regions.ts';
import { findStage, stageNames, withAlarmEmail, withIssuer, withPartner, withState } from '../model/stages/stages.ts';
import { synthesizeTerraform } from './synthesize.ts';

// node stacks/terraform/app.ts --stage dev --out cdktf.out
const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'dev' },
    cloud: { type: 'string', default: 'aws' },
    out: { type: 'string', default: 'cdktf.out' },
    /** Omits the functions' code: for reading, comparing and validating, not for applying. */
    'no-code': { type: 'boolean', default: false },
    issuer: { type: 'string' },
    audience: { type: 'string' },
    jwks: { type: 'string' },
    partner: { type: 'string' },
    'alarm-email': { type: 'string' },
    state: { type: 'string' },
    /** One of the stage's regions; without it, its home. */
    region: { type: 'string' },
  },
});

const { issuer, audience, jwks, partner } = values;
const names = values.stage === 'all' ? stageNames : [values.stage];
const chosen = clouds.filter((cloud) => values.cloud === 'all' || values.cloud === cloud);
if (chosen.length === 0) throw new Error(`--cloud: must be all or one of ${clouds.join(', ')}, got '${values.cloud}'`);
const found = names.map(findStage);
// Only reading and comparing covers all stages, with each of their regions.
const cells =
  values.stage === 'all' && values.region === undefined
    ? found.flatMap(inEachRegion)
    : found.map((stage) => inRegion(stage, values.region));
const stages = cells.map((cell) => {
  const stage = withPartner(withIssuer(cell, { issuer, audience, jwks }), partner);
  return withState(withAlarmEmail(stage, values['alarm-email']), values.state);
});
if (!values['no-code']) refusePlaceholders(stages, chosen);
await synthesizeTerraform({
  clouds: chosen,
  stages,
  outdir: values.out,
  code: !values['no-code'],
});
