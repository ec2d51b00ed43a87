/** How a form shows an option, a schema types it and `parse-steps.ts` checks it. */
export type OptionType =
  | 'INT'
  | 'FLOAT'
  | 'STRING'
  | 'BOOLEAN'
  | 'ENUM'
  | 'PAGES'
  | 'COLOR'
  | 'FILE'
  | 'OBJECT';

/** One option of a step; SDL, forms, documentation and validation all derive from this declaration. */
export interface Option {
  type: OptionType;
  title: string;
  description: string;
  required?: boolean;
  /** It takes several, of type STRING or OBJECT. */
  list?: boolean;
  /** How many; `most.entries`, if left out. */
  maxItems?: number;
  /** OBJECT: what it is made of, declared as options are. */
  fields?: Readonly<Record<string, Option>>;
  default?: string | number | boolean | readonly string[];
  min?: number;
  max?: number;
  multipleOf?: number;
  /** A STRING that may have line breaks. */
  multiline?: boolean;
  /** Characters of a STRING; of PAGES `most.pageRanges`, if left out. */
  maxLength?: number;
  /** ENUM: the GraphQL enum's name. */
  enumName?: string;
  /** Of an ENUM, or of a STRING where they differ from one installation to another. */
  values?: readonly string[];
}

/** What options' values are once parsed; a missing one without a default is absent. */
export interface OptionValues {
  readonly [name: string]: OptionValue | undefined;
}

export type OptionValue =
  | string
  | number
  | boolean
  | readonly string[]
  | OptionValues
  | readonly OptionValues[];
