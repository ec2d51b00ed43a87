import { PDFHexString, PDFName, PDFString } from 'pdf-lib';

/*
 * The library decodes text by a call with an argument for each character, which overflows the stack where there are
 * some hundred thousand. Long text is decoded in parts here; names need no more than their bytes.
 */
const partBytes = 32_768;
const { decodeText: decodeHex } = PDFHexString.prototype;

for (const kind of [PDFString.prototype, PDFHexString.prototype]) {
  const { decodeText } = kind;
  kind.decodeText = function (this: PDFString | PDFHexString) {
    const bytes = Buffer.from(this.asBytes());
    if (bytes.length <= partBytes) return decodeText.call(this as never);
    const head = bytes.readUInt16BE(0);
    // What says that it is UTF-16 stands before the first part only.
    const mark = bytes.subarray(0, head === 0xfeff || head === 0xfffe ? 2 : 0);
    let text = '';
    for (let at = mark.length; at < bytes.length; at += partBytes) {
      const part = Buffer.concat([mark, bytes.subarray(at, at + partBytes)]);
      text += decodeHex.call(PDFHexString.of(part.toString('hex')));
    }
    return text;
  };
}

PDFName.prototype.decodeText = function (this: PDFName) {
  return Buffer.from(this.asBytes()).toString('latin1');
};
