import { getDocument, GlobalWorkerOptions, PDFDataRangeTransport, PDFWorker } from 'pdfjs-dist';
import type { PDFDocumentProxy } from 'pdfjs-dist';

GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).href;

/** Where a PDF is read from: chosen on this machine, or a link on the server. */
export type PdfSource = Blob | string;

/** Opens a PDF and reads of it only what is asked for, however large it is. Must be destroyed after use. */
export async function openPdf(source: PdfSource): Promise<PDFDocumentProxy> {
  thread ??= new PDFWorker({ verbosity: 0 });
  const common = { worker: thread, verbosity: 0, disableAutoFetch: true, disableStream: true };
  if (typeof source === 'string') return getDocument({ ...common, url: source }).promise;
  const head = new Uint8Array(await source.slice(0, piece).arrayBuffer());
  return getDocument({ ...common, range: new BlobRange(source, head), rangeChunkSize: piece }).promise;
}

const piece = 1 << 18;

/** One thread for all documents. */
let thread: PDFWorker | undefined;

class BlobRange extends PDFDataRangeTransport {
  readonly blob: Blob;

  constructor(blob: Blob, head: Uint8Array) {
    super(blob.size, head);
    this.blob = blob;
  }

  override requestDataRange(begin: number, end: number): void {
    void this.blob
      .slice(begin, end)
      .arrayBuffer()
      .then((bytes) => this.onDataRange(begin, new Uint8Array(bytes)));
  }
}
