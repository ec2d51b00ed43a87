import { PDFBool, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFDict, PDFRef } from 'pdf-lib';
import type { Cipher } from './object-parser.ts';
import { nameAt, numberAt } from './objects.ts';
import { StandardHandler } from './pdf-lib/cipher.ts';

/**
 * Opens an encrypted document with the empty password, be it the user's or the owner's.
 * @param encrypt the trailer's dictionary
 * @param id the first half of the file's identifier, empty where it has none
 * @returns what decrypts each object
 * @throws Error of the library, where that is no password of it, or it is encrypted in an unknown way
 */
export function decryption(encrypt: PDFDict, id: Uint8Array): (ref: PDFRef) => Cipher {
  const isModern = (numberAt(encrypt, 'V') ?? 0) >= 4;
  const isMetadataPlain = isModern && encrypt.lookup(PDFName.of('EncryptMetadata')) === PDFBool.False;
  const password = numberAt(encrypt, 'V') === 5 ? '' : emptyPassword;
  const handler = new StandardHandler(withBits(encrypt), id, password);
  return ({ objectNumber, generationNumber }) => {
    const transform = handler.createCipherTransform(objectNumber, generationNumber);
    return {
      text: (data) => transform.StringCipherConstructor().decryptBlock(data, true),
      stream(data, dict) {
        const type = nameAt(dict, 'Type');
        // Cross-reference streams are never encrypted (ISO 32000-1, 7.5.8.2).
        if (type === 'XRef' || (type === 'Metadata' && isMetadataPlain)) return data;
        return transform.StreamCipherConstructor().decryptBlock(data, true);
      },
    };
  };
}

/**
 * The empty password, filled up to 32 bytes as each is (7.6.3.3). The library tries a password as the owner's only
 * where it is not the empty string.
 */
const emptyPassword = Buffer.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a',
  'hex',
).toString('latin1');

/** Some programs give the length of the key in bytes. */
function withBits(encrypt: PDFDict): PDFDict {
  const length = numberAt(encrypt, 'Length');
  if (length === undefined || length >= 40) return encrypt;
  const copy = encrypt.clone();
  copy.set(PDFName.of('Length'), PDFNumber.of(length * 8));
  return copy;
}
