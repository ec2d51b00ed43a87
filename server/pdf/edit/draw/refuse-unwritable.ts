import { AppError } from '../../../errors.ts';
import { fontsOf } from './fonts.ts';
import { fillIn } from './placeholders.ts';
import { linesOf } from './set-text.ts';
import { unwrittenScript, written } from './scripts.ts';
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
    for (const line of linesOf(text)) refuse(key, faultOf(fillIn(line, { file: '' })));
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
  if (script !== undefined) return `${script} cannot be written yet, only ${written}.`;
  const alone = /(?:^|[\s\p{P}])(\p{M})/u.exec(text)?.[1];
  if (alone !== undefined) return `There is an accent without a letter (${codeOf(alone)}). Leave it out.`;
  const unseen = /[\p{Cf}\p{Zl}\p{Zp}]/u.exec(text.replace(joined, ''))?.[0];
  if (unseen !== undefined)
    return `The text has a character that nobody sees (${codeOf(unseen)}). Leave it out.`;
  const missing = fontsOf(text, text).indexOf(-1);
  if (missing < 0) return undefined;
  const character = String.fromCodePoint(text.codePointAt(missing)!);
  return `“${character}” (${codeOf(character)}) cannot be written: no font has it. Leave it out.`;
}

/** Letters that are written joined, or not joined, because of a character between them. */
const joined = /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{M}])[\u200C\u200D]/gu;

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
