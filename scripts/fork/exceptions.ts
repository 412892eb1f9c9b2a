/** Text that contains a renamed word, but keeps it. */
export interface Exception {
  readonly match: RegExp;
  readonly why: string;
  /** Limits the exception to these files; undefined for all. */
  readonly files?: RegExp;
}

/** A phrase may continue on the next line, of a comment or of a list. */
const phrase = (source: string, flags = 'g') => new RegExp(source.replaceAll(' ', '\\s+(?:(?:\\*|//|#)\\s+)?'), flags);

const sequence = 'the sequence of things, not an order of a customer';

export const exceptions: readonly Exception[] = [
  {
    match: /https?:\/\/(?![^/\s]*(?:\.example|localhost|127\.0\.0\.1|\$\{))[^\s)'"`>]+/g,
    why: "another site's address",
  },
  { match: /\b(?:orderBy|messageOrdering|orderings?(?:Key)?)\b/g, why: 'names of the SDK for Google Cloud' },
  { match: phrase('\\b[Ii]n (?:(?:this|their|the wrong|no particular|any|whatever) )?order\\b'), why: sequence },
  {
    match: phrase(
      "\\b(?:data-flow|byte|seed|version|key|deployment|reverse|attribute|matching|event|flow's|out of|in the same) order\\b",
    ),
    why: sequence,
  },
  {
    match: phrase('\\b(?:keep|keeps|keeps no|keep their|accept any|of their|relies on|can|whatever) order\\b'),
    why: sequence,
  },
  { match: phrase('\\b(?:the|their) order of (?:calls|events)\\b'), why: sequence },
  { match: /\bsku(?:Name|_name|(?=: 'PerGB))/g, why: "arguments of Terraform's provider for Azure" },
  {
    match: /\border\b(?=: [1-9n]|, behaviour| \},$)/gm,
    why: 'arguments of a rule of Azure Front Door',
    files: /^stacks\/(?:terraform\/azure\/rules|rules\/azure\/.*)\.ts$/,
  },
  { match: phrase("\\bFront Door's SKU\\b"), why: "Azure's word for a tier" },
];

/** Names made of several words without a border between them, as CDK makes a logical id. */
export const joinedNames: readonly string[] = [
  'Queuesorderrequestsdlq',
  'Queuesorderrequests',
  'confirmedordersRule',
  'POSTorders',
  'productssku',
  '2forders',
  '5corders',
  'orderz',
  'OPENORDER',
  'skORDERtext',
];

/** Construct paths whose logical ids the tests pin: the id ends in a hash of the path. */
export const pinnedPaths: readonly string[] = [
  'Orders/Table/Resource',
  'Customers/Pool/Resource',
  'Customers/Pool/Storefront/Resource',
  'Queues/order-requests/Resource',
  'Queues/order-requests-dlq/Resource',
];

/** Files that are not changed. */
export const keptFiles: readonly { readonly file: RegExp; readonly why: string }[] = [
  { file: /^CHANGELOG\.md$/, why: 'the history of this project' },
  { file: /^LICENSE$/, why: 'names its authors' },
  { file: /\.png$/, why: 'no text; npm run pictures takes new ones' },
];

/** Lock files hold names of packages; only this project's own is renamed. */
export const lockFile = /(^|\/)package-lock\.json$/;
