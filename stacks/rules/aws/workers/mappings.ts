import type { Resource, Template } from '../../template/template.ts';

/** Mappings of a queue, and the queue if it is in the template. */
export const findQueueMappings = (template: Template) =>
  template.ofType('AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const queue = template.findReferred(mapping.properties.EventSourceArn, 'AWS::SQS::Queue');
    return queue ? [{ mapping, queue }] : [];
  });

/** Mappings of a stream, recognized by their starting position. */
export const findStreamMappings = (template: Template): readonly Resource[] =>
  template
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.StartingPosition !== undefined);
