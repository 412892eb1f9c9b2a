/** The clouds that there are stacks for. */
export const clouds = ['aws', 'azure', 'google'] as const;
export type Cloud = (typeof clouds)[number];
