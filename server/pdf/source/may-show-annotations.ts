import { mentions } from './mentions.ts';

/** Whether a document may have annotations that show something, links aside; told without parsing it. */
export function mayShowAnnotations(bytes: Buffer): boolean {
  return mentions(bytes, saysSo);
}

/** What viewers draw by themselves, or an appearance. */
function saysSo(bytes: Buffer): boolean {
  if (bytes.includes('/Widget') || bytes.includes('/FreeText')) return true;
  for (let at = bytes.indexOf('/AP'); at >= 0; at = bytes.indexOf('/AP', at + 1))
    if (/^\s*(?:<<|\d+\s+\d+\s+R)/.test(bytes.toString('latin1', at + 3, at + 40))) return true;
  return false;
}
