import { AppError } from '../../errors.ts';
import { count } from '../../count.ts';
import { listOf } from '../../list-of.ts';
import { languages as installed } from '../passes/ocr/languages.ts';
import type { OptionValues } from '../model/option.ts';
import type { Step } from '../model/step.ts';

/** Puts the words of scanned pages where they can be found, marked and copied. */
export const ocr: Step = {
  name: 'ocr',
  title: 'Recognise text',
  description:
    'Makes scanned pages searchable: their words are read and put over them, unseen, where they are printed. Pages that ' +
    'lie on their side or a little askew are read upright; none looks any different. For plain text let “Extract text” follow.',
  options: {
    languages: {
      type: 'STRING',
      list: true,
      title: 'Languages',
      description:
        'What the pages are written in, the most frequent first, as eng or deu (ISO 639-2). Each takes its time.',
      default: ['eng'],
      values: installed,
      maxLength: 20,
    },
    force: {
      type: 'BOOLEAN',
      title: 'All pages',
      description:
        'Also those that have text already: words are added that are seen on the page and that its text does not have there.',
      default: false,
    },
  },
  plan(documents, options) {
    refuseUnknown(languagesOf(options));
    return [...documents];
  },
  transform: {
    msPerPage: 3_500,
    // The page's pixels, several times over, what is worked out of them, and the languages.
    memory: 640 * 2 ** 20,
    load: async () => (await import('../passes/ocr/ocr-pass.ts')).openOcrPass,
  },
  summary: ({ pages }, options) =>
    `Text of ${count(pages, 'page')} recognised (${listOf(languagesOf(options))})`,
  nothing: ({ force }) =>
    force === true ? 'no words were found' : 'all pages have text, or none that can be recognised',
};

function languagesOf({ languages }: OptionValues): readonly string[] {
  return languages as readonly string[];
}

/** @throws AppError INVALID_INPUT where a language is not installed, or none is named */
function refuseUnknown(languages: readonly string[]): void {
  const refuse = (message: string): never => {
    throw new AppError('INVALID_INPUT', message, { field: ['languages'] });
  };
  const known = installed.length === 0 ? 'None is installed' : `Choose from ${listOf(installed)}`;
  const unknown = languages.find((language) => !installed.includes(language));
  if (unknown !== undefined) refuse(`“${unknown}” cannot be recognised here. ${known}.`);
  if (languages.length === 0) refuse(`“Languages” is empty. ${known}.`);
}
