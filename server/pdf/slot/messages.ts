import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import type { OptionValue, OptionValues } from '../model/option.ts';
import type { StepCall } from '../model/step.ts';
import type { Cost } from '../model/pass.ts';
import type { Origin, PageRun } from '../model/document.ts';
import type { Naming } from '../model/naming.ts';
import type { Loss, Amount, Touched, Kept } from '../model/written.ts';
import type { SourceFacts } from '../model/facts.ts';

/** Most bytes of a range that are told rather than left in a file, which costs a small job more than its work. */
export const fewBytes = 16_384;

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

const options: z.ZodType<OptionValues> = z.lazy(() => z.record(z.string(), optionValue));

const optionValue: z.ZodType<OptionValue> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z.array(options),
  options,
]);

const stepCall: z.ZodType<StepCall> = z.object({ name: z.string(), options });

const facts = z
  .object({
    pages: count,
    missingPages: count,
    bytes: count,
    objects: count,
    clean: z.boolean(),
    encrypted: z.boolean(),
    linearized: z.boolean(),
    bookmarks: count,
    links: count,
    destinations: count,
    fields: count,
    signatures: count,
    attachments: count,
    tagged: z.boolean(),
    tags: count,
    labels: z.boolean(),
    scripts: z.boolean(),
    externalActions: z.boolean(),
    externalContent: z.boolean(),
    pdfA: z.string().optional(),
    // JSON drops what is undefined.
  })
  .transform((found): SourceFacts => ({ ...found, pdfA: found.pdfA }));

const cost: z.ZodType<Cost> = z.object({ load: amount, perPage: amount, write: amount });

/** What came of a range, in base64, where it is little; else null, and it is in a file. */
const few = z
  .base64()
  .max(Math.ceil(fewBytes / 3) * 4)
  .nullable();

const range = z.object({ first: count, last: count, few });

const kept: z.ZodType<Kept> = z.object({
  links: count,
  destinations: count,
  bookmarks: count,
  fields: count,
  attachments: count,
  tags: count,
  labels: count,
});

const loss: z.ZodType<Loss> = z.object({
  says: z.string(),
  count: count.optional(),
  source: z.string().optional(),
});

const sum: z.ZodType<Amount> = z.object({ documents: count, pages: count });

const touched: z.ZodType<Touched> = z.object({
  given: sum,
  made: sum,
  pages: count,
  untouched: z.array(z.string()),
  notes: z.array(z.string()),
});

const run: z.ZodType<PageRun> = z.tuple([z.int().min(-1), count, count]);

const origin: z.ZodType<Origin> = z.object({
  runs: z.array(run),
  part: z
    .object({ first: count, last: count, title: z.string().optional(), name: z.string().optional() })
    .optional(),
});

const naming: z.ZodType<Naming> = z.object({
  job: z.string(),
  inputs: z.array(z.object({ name: z.string(), pages: count })),
  date: z.string().optional(),
  label: z.string().optional(),
  template: z.string().optional(),
});

const call = z.int().positive();

/** What the host asks of the child, one thing at a time. */
const request = z.discriminatedUnion('do', [
  /** Reads that many files from `in/` and prescans them. All else comes after it. */
  z.object({ do: z.literal('read'), files: count }),
  z.object({ do: z.literal('inspect'), maxPages: count }),
  /** Reads the image `in/asset-0`. */
  z.object({ do: z.literal('inspectImage') }),
  /** Draws the file `in/0`, unread yet, into `out/thumbnail`. */
  z.object({ do: z.literal('thumbnail') }),
  z.object({
    do: z.literal('open'),
    /** The n-th is in `in/n`. */
    sources: z.array(z.object({ name: z.string(), origin: origin.optional() })),
    naming: naming.optional(),
    /** The n-th is in `in/asset-n`. */
    assets: z.array(z.string()),
    calls: z.array(stepCall),
    fixed: z.object({ date: z.string(), id: z.string() }),
    maxPages: count,
  }),
  /** `range` and `write` come after `open`. */
  z.object({ do: z.literal('range'), first: count, last: count }),
  /** Ends the pass; then the child holds nothing of it any more. More than little that came of the n-th range is in `in/range-n`. */
  z.object({ do: z.literal('write'), ranges: z.array(range) }),
  /** Lets go of the job. */
  z.object({ do: z.literal('clear') }),
]);

export type Request = z.infer<typeof request>;

/** Host to child. */
export const order = z.object({ call, request });

/** The answer to each request. */
export const answers = {
  read: z.object({ objects: count }),
  inspect: facts,
  inspectImage: z.null(),
  thumbnail: z.null(),
  open: z.object({ warnings: z.array(z.string()), pages: count, cost }),
  /** More than little is in `out/range`. */
  range: z.object({ few }),
  /** The n-th is the file `n` in `out/`: the child names no paths. */
  write: z.object({
    documents: z.array(
      z.object({
        name: z.string(),
        origin,
        bytes: count,
        sha256: z.hex().length(64),
        mediaType: z.string(),
        pages: count.nullable(),
        way: z.enum(['append', 'full', 'assemble']).optional(),
        kept: kept.optional(),
        losses: z.array(loss).optional(),
        warnings: z.array(z.string()),
        notes: z.array(z.string()),
      }),
    ),
    touched: z.array(touched),
  }),
  clear: z.null(),
};

export type Answers = { [K in keyof typeof answers]: z.infer<(typeof answers)[K]> };

const progress = z.object({ phase: z.enum(['load', 'range', 'write']), done: amount, total: amount });

/** Child to host. All but `report` ends the call. */
export const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), call, progress }),
  z.object({ type: z.literal('answer'), call, value: z.unknown() }),
  /** An AppError. */
  z.object({
    type: z.literal('refusal'),
    call,
    code: z.enum(errorCodes),
    message: z.string(),
    field: z.array(z.string()),
  }),
  /** Any other error: for the log. */
  z.object({ type: z.literal('failure'), call, stack: z.string() }),
]);

export type Message = z.infer<typeof message>;
