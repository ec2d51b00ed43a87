import type { Calls, Pointer } from './pdfium-calls.ts';

/* `fpdf_edit.h` */
const text = 1;
const form = 5;
const stroked = 1;

/** What PDFium takes for no width, in units of the page. */
const noWidth = 0.01;

/**
 * PDFium passes over text whose letters show nothing, as in the layer that an OCR puts behind a scan: such text gets an
 * outline, which gives it an extent. To be done before the text is read.
 */
export function outlineEmpty(calls: Calls, page: Pointer): void {
  const room = calls.malloc(24);
  const visit = (objects: number, objectAt: (index: number) => Pointer): void => {
    for (let index = 0; index < objects; index += 1) {
      const object = objectAt(index);
      const type = calls.FPDFPageObj_GetType(object);
      if (type === form)
        visit(calls.FPDFFormObj_CountObjects(object), (at) => calls.FPDFFormObj_GetObject(object, at));
      if (type !== text) continue;
      calls.FPDFPageObj_GetBounds(object, room, room + 4, room + 8, room + 12);
      const [left, , right] = new Float32Array(calls.memory.buffer, room, 3);
      if (Math.abs(right! - left!) >= noWidth) continue;
      calls.FPDFTextObj_SetTextRenderMode(object, stroked);
      calls.FPDFPageObj_SetStrokeWidth(object, 1);
      new Float32Array(calls.memory.buffer, room, 6).set([1, 0, 0, 1, 0, 0]);
      calls.FPDFPageObj_TransformF(object, room);
    }
  };
  visit(calls.FPDFPage_CountObjects(page), (at) => calls.FPDFPage_GetObject(page, at));
  calls.free(room);
}
