import { setImmediate } from 'node:timers/promises';
import { PDFName } from 'pdf-lib';
import type { PDFArray, PDFDict } from 'pdf-lib';
import type { Watch } from './fork/watched-parser.ts';
import { nameTreeEntries } from './name-tree.ts';
import { arrayAt, asDict, dictAt, nameAt, streamAt } from './objects.ts';
import type { SourcePage } from './page-tree.ts';
import type { Xref } from './xref.ts';

/** What a document has, for the fidelity report and the estimates; plain JSON. */
export interface SourceFacts {
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
  /** Signature fields that are signed. */
  signatures: number;
  attachments: number;
  tagged: boolean;
  labels: boolean;
  /** Contains JavaScript. */
  scripts: boolean;
  /** Contains actions that launch programs, open other files or send form data. */
  externalActions: boolean;
  /** As `2b`, where the document claims to be PDF/A. */
  pdfA: string | undefined;
}

interface Loaded {
  bytes: Buffer;
  catalog: PDFDict;
  pages: readonly SourcePage[];
  missing: number;
  xref: Xref | undefined;
}

/** Looks at the whole document once; yields to the event loop and reports the share done. */
export async function gatherFacts(
  { bytes, catalog, pages, missing, xref }: Loaded,
  watch: Watch,
  report: (share: number) => void,
): Promise<SourceFacts> {
  const encrypted = watch.parses > 1;
  let links = 0;
  const actions = new Set<string>();
  collectActions(catalog, actions);
  for (const [index, { node }] of pages.entries()) {
    for (const annotation of items(arrayAt(node, 'Annots'))) {
      if (nameAt(annotation, 'Subtype') === 'Link') links += 1;
      collectActions(annotation, actions);
    }
    collectActions(node, actions);
    if (index % 500 === 499) {
      report(index / pages.length);
      await setImmediate();
    }
  }
  const fields = terminalFields(arrayAt(dictAt(catalog, 'AcroForm'), 'Fields'));
  const names = dictAt(catalog, 'Names');
  return {
    pages: pages.length,
    missingPages: missing,
    bytes: bytes.length,
    objects: watch.locations.size,
    clean: xref !== undefined && !encrypted && missing === 0 && areDistinct(pages),
    encrypted,
    linearized: bytes.subarray(0, 2048).includes('/Linearized'),
    bookmarks: countOutline(dictAt(catalog, 'Outlines')),
    links,
    destinations:
      nameTreeEntries(dictAt(names, 'Dests')).length + (dictAt(catalog, 'Dests')?.keys().length ?? 0),
    fields: fields.length,
    signatures: fields.filter((field) => inheritedName(field) === 'Sig' && dictAt(field, 'V')).length,
    attachments: nameTreeEntries(dictAt(names, 'EmbeddedFiles')).length,
    tagged: dictAt(catalog, 'StructTreeRoot') !== undefined,
    labels: dictAt(catalog, 'PageLabels') !== undefined,
    scripts: actions.has('JavaScript') || dictAt(names, 'JavaScript') !== undefined,
    externalActions: ['Launch', 'GoToR', 'SubmitForm', 'ImportData'].some((kind) => actions.has(kind)),
    pdfA: pdfAClaim(catalog),
  };
}

/** A page that the tree holds twice cannot be changed for one place only. */
function areDistinct(pages: readonly SourcePage[]): boolean {
  return new Set(pages.map(({ node }) => node)).size === pages.length;
}

/** The dictionaries in an array. */
function items(array: PDFArray | undefined): PDFDict[] {
  if (!array) return [];
  return array.asArray().flatMap((_, index) => asDict(array.lookup(index)) ?? []);
}

/** Kinds of the actions that hang directly on an object: when it is used, opened, closed, printed. */
function collectActions(holder: PDFDict, found: Set<string>): void {
  const additional = dictAt(holder, 'AA');
  const actions = [dictAt(holder, 'A'), dictAt(holder, 'OpenAction')];
  if (additional) actions.push(...additional.keys().map((key) => dictAt(additional, key.decodeText())));
  for (const action of actions) {
    const kind = nameAt(action, 'S');
    if (kind) found.add(kind);
  }
}

/** Number of outline items, over all levels. */
function countOutline(root: PDFDict | undefined): number {
  const seen = new Set<PDFDict>();
  const open = [dictAt(root, 'First')];
  while (open.length > 0) {
    const item = open.pop();
    if (!item || seen.has(item)) continue;
    seen.add(item);
    open.push(dictAt(item, 'Next'), dictAt(item, 'First'));
  }
  return seen.size;
}

/** Fields without fields below them; their kids without a name are widgets. */
function terminalFields(roots: PDFArray | undefined): PDFDict[] {
  const seen = new Set<PDFDict>();
  const fields: PDFDict[] = [];
  const open = items(roots);
  while (open.length > 0) {
    const field = open.pop()!;
    if (seen.has(field)) continue;
    seen.add(field);
    const kids = items(arrayAt(field, 'Kids')).filter((kid) => kid.has(PDFName.of('T')));
    if (kids.length > 0) open.push(...kids);
    else fields.push(field);
  }
  return fields;
}

/** A field's type, which it may have from its parent. */
function inheritedName(field: PDFDict): string | undefined {
  let at: PDFDict | undefined = field;
  for (let depth = 0; at && depth < 64; depth += 1) {
    const type = nameAt(at, 'FT');
    if (type) return type;
    at = dictAt(at, 'Parent');
  }
  return undefined;
}

function pdfAClaim(catalog: PDFDict): string | undefined {
  const packet = streamAt(catalog, 'Metadata');
  if (!packet || packet.dict.has(PDFName.of('Filter'))) return undefined;
  const text = Buffer.from(packet.getContents()).toString('latin1');
  const part = /pdfaid:part\s*(?:=\s*["']|>\s*)(\d)/.exec(text)?.[1];
  const level = /pdfaid:conformance\s*(?:=\s*["']|>\s*)([A-Za-z])/.exec(text)?.[1];
  return part && `${part}${level?.toLowerCase() ?? ''}`;
}
