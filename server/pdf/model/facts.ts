/** What a document has, for the fidelity report and the estimates; plain JSON. */
export interface SourceFacts extends Dangers {
  pages: number;
  /** Pages that the page tree names and that are not in the file. */
  missingPages: number;
  bytes: number;
  /** Indirect objects. */
  objects: number;
  /** The cross-reference is in perfect order: bytes may be appended. */
  clean: boolean;
  /** It was encrypted, and opened without a password. */
  encrypted: boolean;
  linearized: boolean;
  bookmarks: number;
  /** Link annotations. */
  links: number;
  /** Named destinations. */
  destinations: number;
  /** Form fields that hold a value, signature fields included. */
  fields: number;
  /** Those of signature fields, and the one that certifies the document. */
  signatures: number;
  attachments: number;
  tagged: boolean;
  /** Structure elements. */
  tags: number;
  labels: boolean;
  /** As `2b`, where the document claims to be PDF/A. */
  pdfA: string | undefined;
}

/** What in a document reaches out of it, wherever it hangs. */
export interface Dangers {
  /** JavaScript. */
  scripts: boolean;
  /** Actions that launch programs, open other files or send form data. */
  externalActions: boolean;
  /** Streams and images whose data is to come from other files. */
  externalContent: boolean;
}
