import { AppError } from '../../../errors.ts';
import { missingCharacter } from './font.ts';
import { fillIn } from './placeholders.ts';
import { unwrittenScript } from './scripts.ts';
import type { DocumentPlan } from '../../model/document.ts';
import type { OptionValues } from '../../model/option.ts';

/**
 * @param documents that the texts may name
 * @throws AppError INVALID_INPUT where one of these options has a text that would be drawn wrongly, or not at all
 */
export function refuseUnwritable(
  documents: readonly DocumentPlan[],
  options: OptionValues,
  ...keys: readonly string[]
): void {
  for (const key of keys) {
    const text = String(options[key] ?? '');
    refuse(key, faultOf(fillIn(text, { file: '' })));
    if (fillIn(text, { file: '' }) === fillIn(text, { file: 'x' })) continue;
    for (const { name } of documents) refuse(key, faultOf(name), `${name}: `);
  }
}

function refuse(key: string, fault: string | undefined, where = ''): void {
  if (fault !== undefined) throw new AppError('INVALID_INPUT', where + fault, { field: [key] });
}

function faultOf(given: string): string | undefined {
  const text = given.normalize('NFC');
  const script = unwrittenScript(text);
  if (script !== undefined) return `${script} cannot be written yet, only Latin, Greek and Cyrillic.`;
  const marked = /\P{M}?(\p{M})/u.exec(text);
  if (marked)
    return `“${marked[0]}” cannot be written yet: no letter of the font has this accent (${codeOf(marked[1]!)}).`;
  const unseen = /[\p{Cf}\p{Zl}\p{Zp}]/u.exec(text)?.[0];
  if (unseen !== undefined)
    return `The text has a character that nobody sees (${codeOf(unseen)}). Leave it out.`;
  const missing = missingCharacter(text);
  return (
    missing &&
    `“${missing}” (${codeOf(missing)}) cannot be written: the font has Latin, Greek and Cyrillic letters. Leave it out.`
  );
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
