import { deflateSync } from 'node:zlib';
import { RawPdf } from './raw-pdf.ts';

export interface PageParts {
  /** Deflated, or text. */
  content: Buffer | string;
  resources?: string;
  box?: string;
  /** Further entries. */
  more?: string;
}

/** Pages with these contents and resources, one each. */
export function makePages(pages: (file: RawPdf) => PageParts[]): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const kids = pages(file).map(({ content, resources = '', box = '0 0 595 842', more = '' }) => {
    const stream = file.addStream(
      '/Filter /FlateDecode',
      Buffer.isBuffer(content) ? content : deflateSync(content),
    );
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [${box}] /Contents ${stream} 0 R /Resources << ${resources} >> ${more} >>`,
    );
  });
  file.set(
    tree,
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}
