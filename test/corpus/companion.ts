import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { makePdf } from '../helpers/pdf.ts';
import { imageSize } from './examples.ts';
import type { Reader } from './reader.ts';
import type { Workbench } from './workbench.ts';

/** An honest document that has one of everything, to be joined with others; its text is on a layer. */
const made = makePdf({
  pages: 2,
  text: (n) => `Companion, page ${n}`,
  links: (n) => [3 - n],
  uris: () => ['https://example.org/companion'],
  dests: { companion: 2 },
  outline: [{ title: 'Companion', to: 1, children: [{ title: 'Its second page', to: 'companion' }] }],
  fields: [{ name: 'companion', pages: [1] }],
  attachments: [{ name: 'companion.txt', text: 'attached' }],
  layer: 'Shown',
});

/** That the layer is shown goes without saying: the state of layers that nothing is said of differs between documents. */
const document = Buffer.from(
  made.toString('latin1').replace(/\/ON \[.*?\]/, (said) => ' '.repeat(said.length)),
  'latin1',
);

/** Makes what steps take beside a document. @param home folder that it is put into */
export async function makeCompanion(
  home: string,
  reader: Reader,
): Promise<Pick<Workbench, 'companion' | 'picture'>> {
  const [path, picture] = [join(home, 'companion.pdf'), join(home, 'picture.png')];
  await writeFile(path, document);
  const red = { ...imageSize, channels: 3, background: '#ff0000' } as const;
  await sharp({ create: red }).png().toFile(picture);
  return { companion: { path, seen: await reader.look(path, [1, 2]) }, picture };
}
