import { AppError } from '../../../errors.ts';
import { missingCharacter } from './font.ts';
import type { OptionValues } from '../../model/option.ts';

/** @throws AppError INVALID_INPUT where one of these options has a character that the font does not have */
export function refuseMissing(options: OptionValues, ...keys: readonly string[]): void {
  for (const key of keys) {
    const character = missingCharacter(String(options[key] ?? ''));
    if (character === undefined) continue;
    const point = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    throw new AppError(
      'INVALID_INPUT',
      `“${character}” (U+${point}) cannot be written: the font has Latin, Greek and Cyrillic letters. Leave it out.`,
      { field: [key] },
    );
  }
}
