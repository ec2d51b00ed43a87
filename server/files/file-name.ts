import { visibleText } from '../visible-text.ts';

/** A name for a file that any system can hold: one line, no folders, at most 200 characters, never empty. */
export function fileName(wish: string | null | undefined): string {
  const plain = visibleText((wish ?? '').replaceAll('\\', '/').split('/').at(-1) ?? '');
  if (!plain || /^\.+$/.test(plain)) return 'document.pdf';
  const characters = [...plain];
  if (characters.length <= maxLength) return plain;
  const extension = /\.[a-z0-9]{1,8}$/i.exec(plain)?.[0] ?? '';
  return characters.slice(0, maxLength - extension.length).join('') + extension;
}

const maxLength = 200;
