import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import type { Cdn } from '../../ports/cdn.ts';
import { clientSettings } from './client-settings.ts';

const cloudFront = new CloudFrontClient(clientSettings);

export function cdn(distributionId: string): Cdn {
  return {
    async invalidate(paths, reference) {
      await cloudFront.send(
        new CreateInvalidationCommand({
          DistributionId: distributionId,
          InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } },
        }),
      );
    },
  };
}
