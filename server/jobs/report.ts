import type { JobReport } from '../pdf/model/job-report.ts';
import type { SlotDocument } from '../pdf/slot/slots.ts';
import type { Kept } from '../pdf/model/written.ts';

export function reportOn(
  inputs: readonly { structures: Kept | null }[],
  outputs: readonly SlotDocument[],
  warnings: readonly string[],
): JobReport {
  const kept = outputs.flatMap((output) => output.kept ?? []);
  return {
    before: sumOf(inputs.flatMap(({ structures }) => structures ?? [])),
    after: kept.length > 0 ? sumOf(kept) : null,
    outputs: outputs.map(({ name, kept = null }) => ({ name, kept })),
    warnings: [...new Set(warnings)],
  };
}

function sumOf(counts: readonly Kept[]): Kept {
  const sum: Kept = {
    links: 0,
    destinations: 0,
    bookmarks: 0,
    fields: 0,
    attachments: 0,
    tags: 0,
    labels: 0,
  };
  for (const count of counts) for (const key of Object.keys(sum) as (keyof Kept)[]) sum[key] += count[key];
  return sum;
}
