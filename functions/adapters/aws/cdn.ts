import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import type { Cdn } from '../../ports/cdn.ts';
import { clientSettings } from './clients/client-settings.ts';

const cloudFront = new CloudFrontClient(clientSettings);

export function cdn(distributionId: string): Cdn {
  return {
    async invalidate(paths, reference) {
      const { Invalidation } = await cloudFront.send(
        new CreateInvalidationCommand({
          DistributionId: distributionId,
          InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } },
        }),
      );
      // A proxy's page of HTML parses as XML with nothing in it.
      if (Invalidation?.Id === undefined)
        throw Object.assign(new Error('CloudFront did not answer, another server did'), { code: 'EPROTO' });
    },
  };
}
