/** 100,000 messages dropped on an idle queue, on three clouds, in November 2018. */
export const publishedDrains =
  'https://mikhail.io/2018/11/from-0-to-1000-instances-how-serverless-providers-scale-queue-processing/';
