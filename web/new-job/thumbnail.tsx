import { useEffect, useRef } from 'react';
import type { DraftFile } from './draft-files.ts';

/** How the file begins, drawn here from the file itself: it shows before a byte is sent. */
export function Thumbnail({ file: { file } }: { file: DraftFile }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (file) queue = queue.then(() => (canvas.current ? draw(file, canvas.current) : undefined));
  }, [file]);
  return <canvas className="thumbnail" ref={canvas} width={0} height={0} aria-hidden="true" />;
}

/** One after the other: a hundred files dropped at once must not stop the page. */
let queue: Promise<void> = Promise.resolve();

const box = { width: 40, height: 52 };

/** What cannot be drawn stays blank; what is wrong with the file is said by the server. */
async function draw(file: File, canvas: HTMLCanvasElement): Promise<void> {
  try {
    if (file.type.startsWith('image/')) return await drawImage(file, canvas);
    const [{ openPdf }, { drawPage }] = await Promise.all([
      import('../pdf/documents.ts'),
      import('../pdf/draw-page.ts'),
    ]);
    const document = await openPdf(file);
    try {
      await drawPage(document, 1, canvas, box);
    } finally {
      await document.loadingTask.destroy();
    }
  } catch {
    canvas.width = canvas.height = 0;
  }
}

async function drawImage(file: File, canvas: HTMLCanvasElement): Promise<void> {
  const image = await createImageBitmap(file, { resizeHeight: box.height * 2 });
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  image.close();
}
