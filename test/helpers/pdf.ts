import { literal, RawPdf } from './raw-pdf.ts';

export { qpdfCheck, qpdfObjects, qpdf, plainBytes, readPdf } from './read-pdf.ts';

export interface OutlineItem {
  title: string;
  /** One-based page, or the name of a destination. */
  to: number | string;
  children?: readonly OutlineItem[];
}

export interface PdfOptions {
  pages: number;
  /** Text of page n (one-based), one line; default `Page n`. */
  text?: (n: number) => string;
  /** Width and height in points; default A4. */
  size?: readonly [number, number];
  rotate?: (n: number) => number | undefined;
  cropBox?: (n: number) => readonly [number, number, number, number] | undefined;
  /** MediaBox, Resources and Rotate stand on the root of the page tree, nothing on the pages. */
  inherit?: { rotate?: number };
  /** Pages (one-based) or named destinations that page n links to. */
  links?: (n: number) => readonly (number | string)[];
  /** External links of page n. */
  uris?: (n: number) => readonly string[];
  /** Named destinations: name and one-based page. */
  dests?: Readonly<Record<string, number>>;
  outline?: readonly OutlineItem[];
  /** Text fields, each with a widget on the given pages. */
  fields?: readonly { name: string; pages: readonly number[]; value?: string }[];
  /** Page label ranges: from this page (one-based) on. */
  labels?: readonly { from: number; style: 'D' | 'r' | 'A'; prefix?: string }[];
  attachments?: readonly { name: string; text: string }[];
  info?: Readonly<Record<string, string>>;
  xmp?: string;
  language?: string;
  tagged?: boolean;
  layer?: string;
  javascript?: string;
  signed?: boolean;
  thumbnails?: boolean;
  /** Bytes of a raw image drawn on every page, shared by all; its /Length is an indirect object. */
  image?: Buffer;
  /** Objects in object streams and a cross-reference stream, as PDF 1.5 has them. */
  objectStreams?: boolean;
}

/** A PDF, written byte by byte without any PDF library, so that the engine is never judged by its own kind. */
export function makePdf(options: PdfOptions): Buffer {
  const file = new RawPdf();
  const root = file.reserve();
  const tree = file.reserve();
  const pages = Array.from({ length: options.pages }, () => file.reserve());
  const pageRef = (n: number): string => `${pages[n - 1]} 0 R`;
  const destination = (to: number | string): string =>
    typeof to === 'number' ? `[${pageRef(to)} /XYZ 0 700 null]` : literal(to);
  const resources = file.add(resourcesOf(file, options));
  const layer = options.layer ? file.add(`<< /Type /OCG /Name ${literal(options.layer)} >>`) : undefined;
  const [width, height] = options.size ?? [595, 842];
  const shared = `/MediaBox [0 0 ${width} ${height}] /Resources ${resources} 0 R`;

  const widgets = new Map<number, number[]>();
  const fields = (options.fields ?? []).map((field) => {
    const id = file.reserve();
    const value = field.value === undefined ? '' : ` /V ${literal(field.value)}`;
    const own = `/FT /Tx /T ${literal(field.name)}${value}`;
    const widget = (page: number, more: string): string =>
      `<< /Type /Annot /Subtype /Widget /Rect [50 50 150 70] /F 4 /P ${pageRef(page)} ${more} >>`;
    const [first = 1, ...others] = field.pages;
    if (others.length === 0) {
      file.set(id, widget(first, own));
      widgets.set(first, [...(widgets.get(first) ?? []), id]);
    } else {
      const kids = field.pages.map((page) => {
        const kid = file.add(widget(page, `/Parent ${id} 0 R`));
        widgets.set(page, [...(widgets.get(page) ?? []), kid]);
        return `${kid} 0 R`;
      });
      file.set(id, `<< ${own} /Kids [${kids.join(' ')}] >>`);
    }
    return `${id} 0 R`;
  });
  if (options.signed) {
    const signature = file.add('<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>');
    const id = file.add(
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /V ${signature} 0 R /Rect [0 0 0 0] /P ${pageRef(1)} >>`,
    );
    widgets.set(1, [...(widgets.get(1) ?? []), id]);
    fields.push(`${id} 0 R`);
  }

  for (const [index, id] of pages.entries()) {
    const n = index + 1;
    const text = options.text?.(n) ?? `Page ${n}`;
    const marks = options.tagged ? ['/P << /MCID 0 >> BDC ', ' EMC'] : ['', ''];
    const image = options.image ? 'q 100 0 0 100 200 200 cm /Im Do Q ' : '';
    const shown = `${image}${marks[0]}BT /F1 12 Tf 72 720 Td ${literal(text)} Tj ET${marks[1]}`;
    const content = file.addStream('', Buffer.from(layer ? `/OC /Layer BDC ${shown} EMC` : shown, 'latin1'));
    const links = (options.links?.(n) ?? []).map((to) =>
      file.add(`<< /Type /Annot /Subtype /Link /Rect [72 600 200 620] /Dest ${destination(to)} >>`),
    );
    const uris = (options.uris?.(n) ?? []).map((uri) =>
      file.add(
        `<< /Type /Annot /Subtype /Link /Rect [72 500 200 520] /A << /S /URI /URI ${literal(uri)} >> >>`,
      ),
    );
    const annotations = [...links, ...uris, ...(widgets.get(n) ?? [])].map((ref) => `${ref} 0 R`);
    const rotate = options.rotate?.(n);
    const crop = options.cropBox?.(n);
    file.set(
      id,
      `<< /Type /Page /Parent ${tree} 0 R /Contents ${content} 0 R` +
        (options.inherit ? '' : ` ${shared}`) +
        (rotate === undefined ? '' : ` /Rotate ${rotate}`) +
        (crop ? ` /CropBox [${crop.join(' ')}]` : '') +
        (annotations.length > 0 ? ` /Annots [${annotations.join(' ')}]` : '') +
        (options.tagged ? ` /StructParents ${index}` : '') +
        (options.thumbnails
          ? ` /Thumb ${file.addStream('/Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray', Buffer.of(7))} 0 R`
          : '') +
        ' >>',
    );
  }
  const inherited = options.inherit ? ` ${shared} /Rotate ${options.inherit.rotate ?? 0}` : '';
  const kids = pages.map((id) => `${id} 0 R`).join(' ');
  file.set(tree, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}]${inherited} >>`);

  const names: string[] = [];
  if (options.dests) {
    const sorted = Object.entries(options.dests).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const pairs = sorted.map(([name, page]) => `${literal(name)} ${destination(page)}`).join(' ');
    names.push(`/Dests ${file.add(`<< /Names [${pairs}] >>`)} 0 R`);
  }
  if (options.attachments) {
    const pairs = options.attachments.map(({ name, text }) => {
      const stream = file.addStream('/Type /EmbeddedFile', Buffer.from(text));
      return `${literal(name)} << /Type /Filespec /F ${literal(name)} /EF << /F ${stream} 0 R >> >>`;
    });
    names.push(`/EmbeddedFiles << /Names [${pairs.join(' ')}] >>`);
  }
  const entries = [`/Type /Catalog /Pages ${tree} 0 R`];
  if (names.length > 0) entries.push(`/Names << ${names.join(' ')} >>`);
  if (options.outline) entries.push(`/Outlines ${addOutline(file, options.outline, destination)} 0 R`);
  if (fields.length > 0) entries.push(`/AcroForm << /Fields [${fields.join(' ')}] >>`);
  if (options.labels) {
    const ranges = options.labels.map(({ from, style, prefix }) => {
      const text = prefix === undefined ? '' : ` /P ${literal(prefix)}`;
      return `${from - 1} << /S /${style}${text} >>`;
    });
    entries.push(`/PageLabels << /Nums [${ranges.join(' ')}] >>`);
  }
  if (options.xmp) {
    entries.push(
      `/Metadata ${file.addStream('/Type /Metadata /Subtype /XML', Buffer.from(options.xmp))} 0 R`,
    );
  }
  if (options.language) entries.push(`/Lang ${literal(options.language)}`);
  if (options.tagged) {
    const structure = file.reserve();
    const elements = pages.map((id) => {
      const element = file.add(`<< /Type /StructElem /S /P /P ${structure} 0 R /Pg ${id} 0 R /K 0 >>`);
      return `${element} 0 R`;
    });
    const parents = elements.map((ref, index) => `${index} [${ref}]`).join(' ');
    file.set(
      structure,
      `<< /Type /StructTreeRoot /K [${elements.join(' ')}] /ParentTree << /Nums [${parents}] >> >>`,
    );
    entries.push(`/StructTreeRoot ${structure} 0 R /MarkInfo << /Marked true >>`);
  }
  if (layer) {
    entries.push(
      `/OCProperties << /OCGs [${layer} 0 R] /D << /ON [${layer} 0 R] /Order [${layer} 0 R] >> >>`,
    );
    file.set(resources, file.get(resources).replace(/ >>$/, ` /Properties << /Layer ${layer} 0 R >> >>`));
  }
  if (options.javascript) {
    entries.push(`/OpenAction << /S /JavaScript /JS ${literal(options.javascript)} >>`);
  }
  file.set(root, `<< ${entries.join(' ')} >>`);
  const info = options.info
    ? file.add(
        `<< ${Object.entries(options.info)
          .map(([key, value]) => `/${key} ${literal(value)}`)
          .join(' ')} >>`,
      )
    : undefined;
  return options.objectStreams ? file.finishWithStreams(root, info) : file.finish(root, info);
}

function resourcesOf(file: RawPdf, options: PdfOptions): string {
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  let image = '';
  if (options.image) {
    const length = file.reserve();
    const dict = `/Type /XObject /Subtype /Image /Width ${options.image.length} /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray`;
    image = ` /XObject << /Im ${file.addStream(dict, options.image, length)} 0 R >>`;
    file.set(length, String(options.image.length));
  }
  return `<< /Font << /F1 ${font} 0 R >>${image} >>`;
}

function addOutline(
  file: RawPdf,
  items: readonly OutlineItem[],
  destination: (to: number | string) => string,
): number {
  const root = file.reserve();
  const emit = (list: readonly OutlineItem[], parent: number): string => {
    const refs = list.map(() => file.reserve());
    for (const [index, item] of list.entries()) {
      const previous = index > 0 ? ` /Prev ${refs[index - 1]} 0 R` : '';
      const next = index + 1 < list.length ? ` /Next ${refs[index + 1]} 0 R` : '';
      const id = refs[index]!;
      const children = item.children ? ` ${emit(item.children, id)}` : '';
      file.set(
        id,
        `<< /Title ${literal(item.title)} /Parent ${parent} 0 R /Dest ${destination(item.to)}${previous}${next}${children} >>`,
      );
    }
    return `/First ${refs[0]} 0 R /Last ${refs.at(-1)} 0 R /Count ${list.length}`;
  };
  file.set(root, `<< /Type /Outlines ${emit(items, root)} >>`);
  return root;
}
