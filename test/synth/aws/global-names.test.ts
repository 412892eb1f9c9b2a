import { expect, test } from 'vitest';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findProperties, synthesize, toText } from './synthesize.ts';

test.each(Object.values<Stage>(stages))(
  '$name puts the region into account-wide names if it may be deployed anywhere',
  (stage) => {
    const { edge } = synthesize(stage);
    const kinds = ['CachePolicy', 'Function', 'OriginAccessControl', 'OriginRequestPolicy', 'ResponseHeadersPolicy'];
    const names = kinds.flatMap((kind) =>
      findProperties(edge, `AWS::CloudFront::${kind}`).map((properties) => {
        const config = kind === 'Function' ? properties : properties[`${kind}Config`];
        return toText((config as { Name: unknown }).Name);
      }),
    );
    expect(names.length).toBeGreaterThanOrEqual(kinds.length);
    for (const name of names) expect(name.endsWith('-<AWS::Region>')).toBe(stage.region === null);
  },
);
