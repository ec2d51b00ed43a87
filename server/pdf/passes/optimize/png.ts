import { crc32 } from 'node:zlib';

/*
 * Rows with a predictor of PNG, deflated, are what is in the IDAT chunk of a PNG file (ISO 32000-1, 7.4.4.4): they go
 * from one into the other as they are.
 */

const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const headBytes = 8;
const colorTypes = { 1: 0, 3: 2 } as const;

/** A PNG file around rows of 8 bits a sample. */
export function wrapPng(
  rows: Uint8Array,
  { width, height, colors }: { width: number; height: number; colors: 1 | 3 },
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorTypes[colors]], 8);
  return Buffer.concat([
    signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', rows),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The rows in a PNG file; undefined where they are not 8 bits a sample. */
export function unwrapPng(file: Buffer, colors: 1 | 3): Buffer | undefined {
  const rows: Buffer[] = [];
  for (let at = signature.length; at < file.length;) {
    const data = file.subarray(at + headBytes, at + headBytes + file.readUInt32BE(at));
    const type = file.toString('latin1', at + 4, at + headBytes);
    if (type === 'IHDR' && (data[8] !== 8 || data[9] !== colorTypes[colors] || data[12] !== 0))
      return undefined;
    if (type === 'IDAT') rows.push(data);
    at += headBytes + data.length + 4;
  }
  return Buffer.concat(rows);
}

function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data, crc32(head.subarray(4))));
  return [head, data, sum];
}
