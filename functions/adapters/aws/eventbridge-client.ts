import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientSettings } from './client-settings.ts';

// Marked, so that the bundles of functions that only send messages leave the client out.
export const eventBridge = /* @__PURE__ */ new EventBridgeClient(clientSettings);
