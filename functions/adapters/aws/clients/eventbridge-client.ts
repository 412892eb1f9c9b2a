import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientSettings } from './client-settings.ts';

export const eventBridge = new EventBridgeClient(clientSettings);
