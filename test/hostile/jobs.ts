import type { RawStep } from '../../server/pdf/parse-steps.ts';

export interface HostileJob {
  steps: readonly RawStep[];
  /** With an honest document beside the hostile one. */
  withAnother?: boolean;
}

/** Stands for the id of an upload of {@link pictureBytes}. */
export const picture = 'picture';

/** A PNG of one pixel. */
export const pictureBytes = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What hostile documents are put through: every step, in jobs that take every way to write. One line each. */
export const jobs: readonly HostileJob[] = [
  { steps: [step('rotate', { degrees: 90 }), step('pageNumbers'), step('metadata', { title: 'A title' })] },
  {
    steps: [
      step('crop', { left: 10, unit: 'PERCENT' }),
      step('stamp', { text: 'DRAFT', size: 4, tile: true }),
    ],
  },
  { steps: [step('metadata', { strip: true })] },
  { steps: [step('stamp', { text: 'سري {n}\n社外秘', size: 4, tile: true, under: true })] },
  { steps: [step('merge'), step('pageNumbers')], withAnother: true },
  { steps: [step('pageNumbers', { across: true, format: '{n} / {total}' })], withAnother: true },
  { steps: [step('interleave')], withAnother: true },
  { steps: [step('arrange', { pages: '2 blank 1:last-1>90 | 1' }), step('pageNumbers')], withAnother: true },
  { steps: [step('pages', { select: 'last-1' }), step('split', { maxBytes: 10_000 })] },
  { steps: [step('split', { bookmarks: true }), step('imageStamp', { image: picture })] },
  { steps: [step('optimize', { imageQuality: 50, maxDpi: 72 })] },
  { steps: [step('removeBlank'), step('split', { atText: 'a' }), step('pageNumbers')] },
  { steps: [step('split', { atBlank: true }), step('merge')], withAnother: true },
  { steps: [step('ocr', { force: true })] },
  { steps: [step('extractText', { format: 'MARKDOWN' })] },
  { steps: [step('images', { dpi: 36, format: 'JPEG' })] },
];

function step(name: string, options: RawStep['options'] = {}): RawStep {
  return { name, options };
}
