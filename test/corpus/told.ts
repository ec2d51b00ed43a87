/** What a document can lose. */
export type Loss =
  | 'pages'
  | 'links'
  | 'destinations'
  | 'bookmarks'
  | 'fields'
  | 'attachments'
  | 'labels'
  | 'tags'
  | 'text'
  | 'picture'
  | 'results'
  | 'leftovers'
  | 'validity';

/** How warnings speak of it; what no warning speaks of is never told. */
const words: Partial<Record<Loss, RegExp>> = {
  pages: /\bpages? (?:cannot be found|is damaged|are damaged)/i,
  links: /\blinks?\b/i,
  destinations: /\bdestinations?\b/i,
  bookmarks: /\bbookmarks?\b/i,
  fields: /\bfields?\b|\bforms?\b/i,
  attachments: /\battachments?\b|\battached\b/i,
  labels: /\bpage labels?\b/i,
  tags: /\btags?\b/i,
  text: /\b(?:has|have) no text\b|\bdamaged and could not be read\b/i,
  picture: /\bdamaged and (?:was|were) left out\b/i,
};

/** The warnings that tell of a loss, and whether they tell of all of it. @param lost how many */
export function toldOf(
  loss: Loss,
  warnings: readonly string[],
  lost: number,
): { told: string[]; isTold: boolean } {
  const told = warnings.filter((warning) => words[loss]?.test(warning));
  const counts = told.map((warning) => /: ([\d,]+)(?:, in [^:]*)?\.$/.exec(warning)?.[1]);
  const sum = counts.reduce((total, count) => total + Number(count?.replaceAll(',', '') ?? Infinity), 0);
  return { told, isTold: told.length > 0 && sum >= lost };
}
