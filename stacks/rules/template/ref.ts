/** A reference in a Terraform file, for examples: `ref('google_pubsub_topic.dead.name')`. */
export const ref = (expression: string): string => `\${${expression}}`;
