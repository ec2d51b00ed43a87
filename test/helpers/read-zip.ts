import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';

/** The files of an archive, as its directory names them; each must be where and what the directory says. */
export function readZip(bytes: Buffer): Map<string, { data: Buffer; date: string }> {
  const end = bytes.lastIndexOf('PK\x05\x06');
  assert.equal(end, bytes.length - 22, 'the end of the directory is at the end');
  const files = new Map<string, { data: Buffer; date: string }>();
  let at = bytes.readUInt32LE(end + 16);
  assert.equal(at + bytes.readUInt32LE(end + 12), end);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    assert.equal(bytes.toString('latin1', at, at + 4), 'PK\x01\x02');
    const length = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const local = bytes.readUInt32LE(at + 42);
    assert.equal(bytes.toString('latin1', local, local + 4), 'PK\x03\x04');
    assert.deepEqual(
      bytes.subarray(local + 4, local + 30),
      bytes.subarray(at + 6, at + 32),
      `${name}: both heads agree`,
    );
    assert.equal(bytes.readUInt16LE(at + 10), 0, `${name}: stored`);
    const start = local + 30 + length;
    const data = bytes.subarray(start, start + bytes.readUInt32LE(at + 24));
    assert.equal(crc32(data), bytes.readUInt32LE(at + 16), name);
    const [time, day] = [bytes.readUInt16LE(at + 12), bytes.readUInt16LE(at + 14)];
    const date = [
      (day >> 9) + 1980,
      (day >> 5) & 15,
      day & 31,
      time >> 11,
      (time >> 5) & 63,
      (time & 31) * 2,
    ];
    assert.ok(!files.has(name), `${name} comes once`);
    files.set(name, { data, date: date.join(' ') });
    at += 46 + length;
  }
  assert.equal(at, end);
  return files;
}
