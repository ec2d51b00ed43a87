import type { Readable } from 'node:stream';
import { DataStore, type Lock, type Locker, Metadata, Upload } from '@tus/server';
import { AppError } from '../errors.ts';
import { noUpload, type PartialUploads } from '../files/partial-uploads.ts';
import type { Files } from '../files/files.ts';
import type { Hold } from '../files/upload-holds.ts';
import { publicId } from '../id.ts';
import type { Claimant } from '../owner.ts';

/**
 * What the tus library asks of a store and of a lock, for one request of one owner about one upload. It goes by what it
 * was made with, whatever id the library hands it.
 */
export class TusSession extends DataStore implements Locker, Lock {
  static readonly extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
  readonly id: string;
  readonly #uploads: PartialUploads;
  readonly #files: Files;
  readonly #owner: Claimant;
  #hold: Hold | undefined;
  #touchedAt: Date | undefined;
  #fileId: string | undefined;

  constructor(uploads: PartialUploads, files: Files, owner: Claimant, id: string) {
    super();
    this.#uploads = uploads;
    this.#files = files;
    this.#owner = owner;
    this.id = id;
  }

  get address(): string {
    return `/uploads/${publicId('upload', this.id)}`;
  }

  /** Of the answer: which file it is now, or how long it is waited for. */
  get headers(): Record<string, string> {
    if (this.#fileId) return { 'octavo-file-id': publicId('file', this.#fileId) };
    if (!this.#touchedAt) return {};
    return {
      'upload-expires': new Date(this.#touchedAt.getTime() + this.#uploads.patienceMs).toUTCString(),
    };
  }

  /** @throws AppError as `PartialUploads.land` */
  async land(): Promise<void> {
    this.#fileId = (await this.#uploads.land(this.#owner, this.id))?.id;
  }

  /** @param metadata as it came @throws AppError as `PartialUploads.begin` */
  async begin(length: number, metadata: string | undefined): Promise<void> {
    await this.#uploads.begin(this.#owner, { id: this.id, length, metadata });
    this.#touchedAt = new Date();
  }

  newLock(): Lock {
    return this;
  }

  async lock(signal: AbortSignal, letGo: () => void): Promise<void> {
    this.#hold = await this.#uploads.hold(this.#owner, this.id, { signal, letGo });
  }

  async unlock(): Promise<void> {
    await this.#hold?.release();
  }

  override async getUpload(): Promise<Upload> {
    const { id } = this;
    const upload = await this.#uploads.find(this.#owner, id);
    if (upload) {
      this.#touchedAt = upload.touchedAt;
      const { length, received, metadata } = upload;
      return new Upload({
        id,
        size: length,
        offset: received,
        ...(metadata === null ? {} : { metadata: Metadata.parse(metadata) }),
      });
    }
    const file = await this.#files.find(this.#owner, id);
    if (!file) throw noUpload();
    this.#fileId = file.id;
    return new Upload({ id, size: file.bytes, offset: file.bytes });
  }

  override async write(bytes: Readable, _id: string, offset: number): Promise<number> {
    // Of what has become a file no byte is missing.
    if (!this.#hold) return offset;
    const end = await this.#uploads.append(this.#hold, offset, bytes);
    this.#touchedAt = new Date();
    return end;
  }

  override async remove(): Promise<void> {
    await this.getUpload();
    if (this.#fileId)
      throw new AppError(
        'ALREADY_FINISHED',
        'The upload has become a file, which goes with its jobs or when it expires.',
      );
    await this.#uploads.remove(this.id);
    this.#touchedAt = undefined;
  }
}
