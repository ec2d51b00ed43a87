import { count } from '../../count.ts';
import type { SourceFacts } from '../model/facts.ts';
import type { VirtualDocument } from '../model/document.ts';

/** What the user should know of the sources before the work is done, in sentences. */
export function describeRisks(
  facts: readonly SourceFacts[],
  names: readonly string[],
  documents: readonly VirtualDocument[],
): string[] {
  const used = new Set(documents.flatMap((document) => document.pages.map((page) => page.source)));
  return facts.flatMap((source, index) =>
    used.has(index) ? risksOf(source).map((risk) => `${names[index]}: ${risk}`) : [],
  );
}

function risksOf(facts: SourceFacts): string[] {
  const risks: string[] = [];
  if (facts.missingPages > 0) {
    const [pages, are] = [count(facts.missingPages, 'page'), facts.missingPages === 1 ? 'is' : 'are'];
    risks.push(`The file is damaged: ${pages} cannot be found and ${are} left out.`);
  }
  if (facts.signatures > 0) {
    const signatures = facts.signatures === 1 ? 'signature' : 'signatures';
    risks.push(`The digital ${signatures} will not be valid for the result.`);
  }
  if (facts.encrypted) risks.push('The file was encrypted without a password; the result is saved open.');
  else if (!facts.clean && facts.missingPages === 0)
    risks.push('The structure of the file has faults; the result has all that could be read of it.');
  if (facts.pdfA) risks.push(`The file claims to be PDF/A-${facts.pdfA}; the result may not conform to it.`);
  if (facts.scripts) risks.push('The file contains JavaScript. It was not run.');
  if (facts.externalActions) {
    risks.push('The file contains actions that open programs or other files, or send data. None was run.');
  }
  if (facts.externalContent) {
    risks.push('The file takes some of its content from other files. None was opened.');
  }
  return risks;
}
