import { createHash } from 'node:crypto';
import { RevisedPdf } from './revised-pdf.ts';

const filling = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const padded = (password: string): Buffer => Buffer.concat([Buffer.from(password), filling]).subarray(0, 32);
const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();

/** Node's OpenSSL has it no more. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index);
  const swap = (a: number, b: number): void => void ([state[a], state[b]] = [state[b]!, state[a]!]);
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + state[i]! + key[i % key.length]!) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + state[i]!) & 255;
    swap(i, j);
    return byte ^ state[(state[i]! + state[j]!) & 255]!;
  }) as Buffer;
}

/** A page that says `secret`, encrypted with 40 bits of RC4 (ISO 32000-1, 7.6.3); `id` in hex, none if left out. */
export function rc4Pdf({ user, owner, id }: { user: string; owner: string; id?: string }): Buffer {
  const first = Buffer.from(id ?? '', 'hex');
  const permissions = Buffer.from('fcffffff', 'hex');
  const ownerEntry = rc4(md5(padded(owner)).subarray(0, 5), padded(user));
  const key = md5(padded(user), ownerEntry, permissions, first).subarray(0, 5);
  const userEntry = rc4(key, filling);
  const content = rc4(
    md5(key, Buffer.from([4, 0, 0, 0, 0])).subarray(0, 10),
    Buffer.from('BT /F 20 Tf 20 200 Td (secret) Tj ET'),
  );
  const file = new RevisedPdf();
  const places = {
    1: file.object(1, '<< /Type /Catalog /Pages 2 0 R >>'),
    2: file.object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    3: file.object(
      3,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    ),
    4: file.stream(4, content.toString('latin1')),
    5: file.object(5, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'),
    6: file.object(
      6,
      `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${ownerEntry.toString('hex')}> /U <${userEntry.toString('hex')}> >>`,
    ),
  };
  const said = id === undefined ? '' : `/ID [<${id}> <${id}>]`;
  file.end(file.table(places, `/Size 7 /Root 1 0 R /Encrypt 6 0 R ${said}`));
  return file.bytes();
}
