/** How a form shows an option, a schema types it and `parse-steps.ts` checks it. */
export type OptionType = 'INT' | 'FLOAT' | 'STRING' | 'BOOLEAN' | 'ENUM' | 'PAGES' | 'COLOR' | 'FILE';

/** One option of a step; SDL, forms, documentation and validation all derive from this declaration. */
export interface Option {
  type: OptionType;
  title: string;
  description: string;
  required?: boolean;
  /** A STRING option that takes several. */
  list?: boolean;
  default?: string | number | boolean;
  min?: number;
  max?: number;
  multipleOf?: number;
  /** Characters of a STRING. */
  maxLength?: number;
  /** ENUM: the GraphQL enum's name and its values. */
  enumName?: string;
  values?: readonly string[];
}

/** What an option's value is once parsed; a missing one without a default is absent. */
export type OptionValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;
