import type { Resource } from './template.ts';

/** Whether an alert, a group or a channel is on, as it is unless the template says otherwise. */
export const isEnabled = ({ properties }: Resource): boolean => String(properties.enabled ?? true) !== 'false';
