import { RawPdf } from './raw-pdf.ts';

/** A page, and so many bytes that are kept for nothing: quick to make and to look at. */
export function largePdf(bytes: number): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const page = file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 9 9] >>`);
  file.addStream('', Buffer.alloc(bytes, 'octavo '));
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}
