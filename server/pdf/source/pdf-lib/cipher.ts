import type { PDFDict } from 'pdf-lib';

interface Block {
  decryptBlock(data: Uint8Array, isLast: boolean): Uint8Array;
}

/** What decrypts the strings and the streams of one object. */
interface Transform {
  StringCipherConstructor(): Block;
  StreamCipherConstructor(): Block;
}

interface Factory {
  createCipherTransform(id: number, generation: number): Transform;
  createEncryptionKey20(...parts: KeyParts): Uint8Array | null;
}

/** Of the password and the /U, /O, /UE and /OE of a document (ISO 32000-2, 7.6.4.3.3). */
type KeyParts = [
  revision: number,
  password: Uint8Array | undefined,
  owner: Uint8Array,
  ownerValidation: Uint8Array,
  ownerSalt: Uint8Array,
  userBytes: Uint8Array,
  user: Uint8Array,
  userValidation: Uint8Array,
  userSalt: Uint8Array,
  ownerKey: Uint8Array,
  userKey: Uint8Array,
  permissions: Uint8Array,
];

interface Handler {
  checkOwnerPassword(
    password: Uint8Array,
    salt: Uint8Array,
    userBytes: Uint8Array,
    owner: Uint8Array,
  ): boolean;
  getOwnerKey(password: Uint8Array, salt: Uint8Array, userBytes: Uint8Array, key: Uint8Array): Uint8Array;
}

interface Crypto {
  CipherTransformFactory: new (encrypt: PDFDict, id: Uint8Array, password: string) => Factory;
  PDF17: new () => Handler;
  PDF20: new () => Handler;
}

// The library decrypts whole documents, and exports nothing of how it does.
const crypto = (await import(new URL('core/crypto.js', import.meta.resolve('pdf-lib')).href)) as Crypto;

/** The library's standard security handler; an empty owner's password, which it never tries, is one as well. */
export class StandardHandler extends crypto.CipherTransformFactory {
  override createEncryptionKey20(...parts: KeyParts): Uint8Array | null {
    const [revision, , owner, validation, salt, userBytes, , , , ownerKey] = parts;
    const key = super.createEncryptionKey20(...parts);
    if (key) return key;
    const handler = revision === 6 ? new crypto.PDF20() : new crypto.PDF17();
    const empty = new Uint8Array();
    return handler.checkOwnerPassword(empty, validation, userBytes, owner)
      ? handler.getOwnerKey(empty, salt, userBytes, ownerKey)
      : null;
  }
}
