import type { PDFDocumentProxy } from 'pdfjs-dist';

/** A page as drawn: its size in points, as it is read. */
export interface DrawnPage {
  width: number;
  height: number;
}

/**
 * Draws a page to fit a box of CSS pixels.
 * @param turned degrees clockwise, added to how the page is turned already
 */
export async function drawPage(
  document: PDFDocumentProxy,
  number: number,
  canvas: HTMLCanvasElement,
  box: { width: number; height: number },
  turned = 0,
): Promise<DrawnPage> {
  const page = await document.getPage(number);
  const rotation = (page.rotate + turned) % 360;
  const { width, height } = page.getViewport({ scale: 1, rotation });
  const fit = Math.min(box.width / width, box.height / height);
  const viewport = page.getViewport({ scale: fit * Math.min(2, devicePixelRatio), rotation });
  // Beside the visible canvas, so that it never shows half a page; and so that two drawings cannot meet on it.
  const draft = window.document.createElement('canvas');
  draft.width = Math.ceil(viewport.width);
  draft.height = Math.ceil(viewport.height);
  await page.render({ canvas: draft, viewport }).promise;
  canvas.width = draft.width;
  canvas.height = draft.height;
  canvas.getContext('2d')?.drawImage(draft, 0, 0);
  return { width, height };
}
