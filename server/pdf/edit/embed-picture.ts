import { PDFRawStream } from 'pdf-lib';
import type { PDFContext, PDFRef } from 'pdf-lib';
import type { Picture } from '../model/page.ts';

/** Puts a picture into a document as an image of one unit by one (ISO 32000-1, 8.9.5). */
export function embedPicture(context: PDFContext, picture: Picture): PDFRef {
  const { width, height, colors, filter, data, alpha } = picture;
  const image = (
    ColorSpace: string,
    Filter: string,
    bytes: Buffer,
    entries: Record<string, PDFRef> = {},
  ): PDFRef =>
    context.register(
      PDFRawStream.of(
        context.obj({
          Type: 'XObject',
          Subtype: 'Image',
          Width: width,
          Height: height,
          BitsPerComponent: 8,
          ColorSpace,
          Filter,
          ...entries,
        }),
        bytes,
      ),
    );
  const mask = alpha && image('DeviceGray', 'FlateDecode', alpha);
  return image(colors, filter, data, mask ? { SMask: mask } : {});
}
