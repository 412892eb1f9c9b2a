/** Memory sizes of the columns, MB; the last predicts the others. */
export const memorySizes = [128, 256, 512, 1_024] as const;

/** Columns of each memory size below. */
export const initPercentiles = [50, 90, 99] as const;

export interface PublishedInits {
  readonly runtime: string;
  readonly pack: 'image' | 'zip';
  readonly arch: 'arm64' | 'x86_64';
  /** By memory size, then by percentile, milliseconds. */
  readonly ms: readonly (readonly [number, number, number])[];
}

type Row = readonly [string, PublishedInits['pack'], PublishedInits['arch'], ...(readonly [number, number, number])[]];

// biome-ignore format: a table is read by its columns
const rows: readonly Row[] = [
  ['nodejs20.x', 'image', 'arm64', [225.5, 273.5, 667.4], [225.7, 265.4, 688.7], [228, 264.3, 694.9], [226.3, 251.3, 678.9]],
  ['nodejs20.x', 'image', 'x86_64', [275.2, 527.4, 775.6], [277.9, 594, 792.4], [273.8, 550.2, 803.1], [272.2, 570.1, 774.8]],
  ['nodejs20.x', 'zip', 'arm64', [130.6, 139.9, 156.6], [130.1, 139.2, 154.1], [132, 141.9, 173.5], [132.2, 141.2, 157]],
  ['nodejs20.x', 'zip', 'x86_64', [145.8, 172.2, 219.9], [145.1, 171.2, 219.4], [145, 170.1, 207.6], [145.3, 169, 208.6]],
  ['nodejs22.x', 'image', 'arm64', [234.9, 636.4, 768.1], [232.6, 450.2, 735.8], [235.4, 527.7, 751.1], [235.4, 606.4, 742.6]],
  ['nodejs22.x', 'image', 'x86_64', [302.1, 611.8, 856], [296, 607.2, 819.7], [296.8, 552.6, 792.4], [305.1, 615, 845.6]],
  ['nodejs22.x', 'zip', 'arm64', [128, 137.3, 166.5], [127.9, 137.6, 163.8], [129.9, 140.7, 195.2], [130.3, 138.8, 165]],
  ['nodejs22.x', 'zip', 'x86_64', [145.2, 173.6, 225.3], [144.7, 170.6, 213], [144.8, 169.4, 219.3], [143.8, 170.6, 214.6]],
  ['nodejs24.x', 'image', 'arm64', [225.9, 638.7, 727.2], [223.4, 618.5, 733], [227.2, 602.6, 739.4], [228.1, 655.9, 734.5]],
  ['nodejs24.x', 'image', 'x86_64', [284.4, 637.1, 853.8], [281.7, 591.4, 804.1], [280.5, 593.2, 828.8], [282.7, 593.8, 826.8]],
  ['nodejs24.x', 'zip', 'arm64', [121.9, 135.6, 169.5], [122.4, 134.7, 175.7], [125.4, 138, 168.4], [125.4, 137, 180.7]],
  ['nodejs24.x', 'zip', 'x86_64', [142, 174.1, 231.3], [140.5, 168.8, 216.2], [140.7, 170.3, 213.3], [139.1, 169.1, 206.8]],
];

/** Init durations of an empty function, some 755 starts each, June to August 2026. https://github.com/maxday/lambda-perf */
export const publishedInits: readonly PublishedInits[] = rows.map(([runtime, pack, arch, ...ms]) => ({
  ...{ runtime, pack, arch, ms },
}));
