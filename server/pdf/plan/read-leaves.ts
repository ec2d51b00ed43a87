import { most } from '../../bounds.ts';
import { AppError } from '../../errors.ts';
import type { Option } from '../model/option.ts';
import type { Leaf, PlacedLeaf } from './arrange-leaves.ts';
import { parseOptions } from './parse-options.ts';

/**
 * Reads leaves as text, `1:1-3 2:5>90 blank(A4)*2 |"Part two" 1:7-last`: words between white space, and `|`, with or
 * without a name. What the words name is not looked up.
 * @param option that the text is the value of
 * @param fields what a leaf is as an object
 * @throws AppError that tells the word and its place
 */
export function readLeaves(
  text: string,
  option: string,
  fields: Readonly<Record<string, Option>>,
): PlacedLeaf[] {
  return Array.from(text.matchAll(words), ({ index, groups: { word = '', name } = {} }, n) => {
    const located = ({ code, message, cause }: AppError): AppError => {
      const said = word.length > 40 ? `${word.slice(0, 39)}…` : word;
      return new AppError(code, `At character ${index + 1}, “${said}”: ${message}`, {
        field: [option],
        cause,
      });
    };
    if (n === most.leaves) throw located(excess);
    const given = word.startsWith('|') ? { cut: { name: name?.replaceAll('""', '"') } } : readWord(word);
    const problems: AppError[] = given ? [] : [unknown];
    const leaf: Leaf = parseOptions({ name: 'leaf', options: fields, path: [] }, given ?? {}, problems);
    if (problems[0]) throw located(problems[0]);
    return { leaf, located };
  });
}

/** In a name a quotation mark is doubled. */
const words = /(?<word>\|(?:\s*"(?<name>(?:[^"]|"")*)")?|blank\([^()]*\)[^\s|]*|[^\s|]+)/gi;

const leafWord =
  /^(?:(?<file>\d+)(?::(?<pages>[^>*]*))?|blank(?:\((?<size>[^()]*)\))?)(?:>(?<turn>\d+))?(?:\*(?<times>\d+))?$/i;

function readWord(word: string): Readonly<Record<string, unknown>> | undefined {
  const match = leafWord.exec(word)?.groups;
  if (!match) return undefined;
  const { file, pages, size, turn, times } = match;
  return {
    ...(file === undefined ? { blank: { size } } : { file: Number(file), pages }),
    turn: turn === undefined ? undefined : Number(turn),
    times: times === undefined ? undefined : Number(times),
  };
}

const excess = new AppError('LIMIT_EXCEEDED', `This is one more than the ${most.leaves} that there may be.`);

const unknown = new AppError(
  'INVALID_INPUT',
  'Write pages like 1:1-3,7 or 1:5>90*2, an empty page like blank(A4), a new document like |"Its name".',
);
