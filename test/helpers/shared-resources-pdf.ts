import { RawPdf } from './raw-pdf.ts';

/** Where the resources are that name what every page draws. */
export type Sharing = 'one object' | 'inherited' | 'a copy for each page';

/** What pages draw, each with a resource of its own that has the page's {@link secret} in its bytes. */
export interface Drawing {
  /** The inside of the resources dictionary. */
  resources: string;
  /** Of page n, in the streams that it is cut into. */
  content: (n: number) => string | readonly string[];
  /** Further entries of page n. */
  page?: (n: number) => string;
  catalog?: string;
}

export const secret = (n: number): string => `SECRET-OF-PAGE-${n}.`;

const numbers = (pages: number): number[] => Array.from({ length: pages }, (_, index) => index + 1);

/** A file whose pages share the resources of all. */
export function makeShared(
  pages: number,
  sharing: Sharing,
  make: (file: RawPdf, each: (entry: (n: number) => string) => string, resources: string) => Drawing,
): Buffer {
  const file = new RawPdf();
  const [root, tree, shared] = [file.reserve(), file.reserve(), file.reserve()];
  const each = (entry: (n: number) => string): string => numbers(pages).map(entry).join(' ');
  const { resources, content, page, catalog = '' } = make(file, each, `${shared} 0 R`);
  const dict = `<< ${resources} >>`;
  file.set(shared, dict);
  const kids = numbers(pages).map((n) => {
    const streams = [content(n)]
      .flat()
      .map((part) => `${file.addStream('', Buffer.from(part, 'latin1'))} 0 R`);
    const own =
      sharing === 'inherited' ? '' : `/Resources ${sharing === 'one object' ? `${shared} 0 R` : dict}`;
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 100 100] /Contents [${streams.join(' ')}] ${own} ${page?.(n) ?? ''} >>`,
    );
  });
  const inherited = sharing === 'inherited' ? `/Resources ${dict}` : '';
  file.set(
    tree,
    `<< /Type /Pages /Count ${pages} /Kids [${kids.map((id) => `${id} 0 R`).join(' ')}] ${inherited} >>`,
  );
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R ${catalog} >>`);
  return file.finish(root, undefined);
}

/** Samples with the secret of page n; drawn, each page's look different. */
export function samples(n: number): Buffer {
  return Buffer.from(secret(n).repeat(n + 3));
}

/** An image of page n. @param color its colour space */
export function addImage(file: RawPdf, n: number, color = '/DeviceGray', data = samples(n)): string {
  const size = `/Width ${data.length} /Height 1 /BitsPerComponent 8`;
  return `${file.addStream(`/Type /XObject /Subtype /Image ${size} /ColorSpace ${color}`, data)} 0 R`;
}

export function addForm(file: RawPdf, content: string, more = ''): string {
  return `${file.addStream(`/Type /XObject /Subtype /Form /BBox [0 0 100 100] ${more}`, Buffer.from(content, 'latin1'))} 0 R`;
}
