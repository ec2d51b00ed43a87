import { randomUUIDv7 } from 'node:crypto';

/** Inside, ids are UUIDv7 (sorted by time); outside they are opaque and say what they name: `job_0198…`. */
export type IdKind = 'job' | 'file' | 'upload';

export const newId = (): string => randomUUIDv7();

export function publicId(kind: IdKind, uuid: string): string {
  return `${kind}_${uuid.replaceAll('-', '')}`;
}

/** The UUID in a public id; undefined for anything else, which is then simply *not found*. */
export function parseId(kind: IdKind, id: string): string | undefined {
  const [, hex] = new RegExp(`^${kind}_([0-9a-f]{32})$`).exec(id) ?? [];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
