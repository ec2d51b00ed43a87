import type { PDFiumDocument } from '@hyzyla/pdfium';

/** Into the memory of PDFium; 0 is none. */
export type Pointer = number;

/** What PDFium exports for text, and the package does not wrap: see `fpdfview.h`, `fpdf_edit.h` and `fpdf_text.h`. */
export interface Calls {
  memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): Pointer;
  free(pointer: Pointer): void;
  FPDF_LoadPage(document: Pointer, index: number): Pointer;
  FPDF_ClosePage(page: Pointer): void;
  FPDF_GetPageBoundingBox(page: Pointer, box: Pointer): number;
  FPDFPage_GetRotation(page: Pointer): number;
  FPDFText_LoadPage(page: Pointer): Pointer;
  FPDFText_ClosePage(text: Pointer): void;
  FPDFText_CountChars(text: Pointer): number;
  FPDFText_GetUnicode(text: Pointer, at: number): number;
  FPDFText_GetTextObject(text: Pointer, at: number): Pointer;
  FPDFText_GetFontSize(text: Pointer, at: number): number;
  FPDFText_GetMatrix(text: Pointer, at: number, matrix: Pointer): number;
  FPDFText_GetCharOrigin(text: Pointer, at: number, x: Pointer, y: Pointer): number;
  FPDFText_GetLooseCharBox(text: Pointer, at: number, box: Pointer): number;
  FPDFText_GetCharBox(
    text: Pointer,
    at: number,
    left: Pointer,
    right: Pointer,
    bottom: Pointer,
    top: Pointer,
  ): number;
  FPDFPage_CountObjects(page: Pointer): number;
  FPDFPage_GetObject(page: Pointer, at: number): Pointer;
  FPDFFormObj_CountObjects(form: Pointer): number;
  FPDFFormObj_GetObject(form: Pointer, at: number): Pointer;
  FPDFPageObj_GetType(object: Pointer): number;
  FPDFPageObj_GetMatrix(object: Pointer, matrix: Pointer): number;
  FPDFPageObj_GetBounds(
    object: Pointer,
    left: Pointer,
    bottom: Pointer,
    right: Pointer,
    top: Pointer,
  ): number;
  FPDFPageObj_SetStrokeWidth(object: Pointer, width: number): number;
  FPDFPageObj_TransformF(object: Pointer, matrix: Pointer): number;
  FPDFTextObj_SetTextRenderMode(object: Pointer, mode: number): number;
  FPDFTextObj_GetFont(object: Pointer): Pointer;
  FPDFFont_GetAscent(font: Pointer, size: number, ascent: Pointer): number;
  FPDFFont_GetDescent(font: Pointer, size: number, descent: Pointer): number;
}

/** PDFium itself, past the package's wrappers: these are made for debugging, and much is called for each character. */
export function callsOf(document: PDFiumDocument): Calls {
  return document['module'].wasmExports;
}

export function handleOf(document: PDFiumDocument): Pointer {
  return document['documentIdx'];
}
