import type { FileRow } from '../server/db/tables.ts';
import { publicId } from '../server/id.ts';
import { builder } from './builder.ts';
import { Node } from './node.ts';

export const File = builder.objectRef<FileRow>('File');

File.implement({
  description: 'An upload or a result.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: (file) => publicId('file', file.id) }),
    name: t.exposeString('name'),
    bytes: t.float({
      description: 'Size; a Float because an Int ends at 2 GB.',
      resolve: (file) => file.bytes,
    }),
    mediaType: t.exposeString('mediaType'),
    sha256: t.exposeString('sha256', { description: 'Of the bytes, in hex.' }),
    pages: t.exposeInt('pages', { nullable: true, description: 'Null where it is no PDF.' }),
    url: t.string({
      description:
        'Signed link to download it, relative to this origin (or under PUBLIC_URL), good for 15 to 30 minutes, the same within a quarter of an hour.',
      resolve: (file, _, context) => context.services.links.sign(file.id),
    }),
    thumbnail: t.string({
      nullable: true,
      description:
        'Signed link, like `url`, to a WebP of the first page, or of the image: 320 pixels at most on each side. Null where it is neither; 404 where it cannot be drawn.',
      resolve: (file, _, { services }) =>
        services.thumbnails.has(file) ? services.links.sign(file.id, 'thumbnail') : null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its bytes go. Null while an unfinished job needs it.',
      resolve: (file) => file.expiresAt,
    }),
  }),
});
