import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { type Bundle, bundle, bundleFolderOf, revisionOf } from '../bundle.ts';
import type { Code } from './aws/lambda.ts';

/** Builds the functions; each becomes a zip beside the stack's file. */
export function bundledCode(): (scope: Construct, name: Bundle) => Code {
  bundle();
  return (scope, name) => {
    const hash = revisionOf(name);
    const { path } = new TerraformAsset(scope, `${name}-code`, {
      path: bundleFolderOf(name),
      type: AssetType.ARCHIVE,
      assetHash: hash,
    });
    return { path, hash };
  };
}
