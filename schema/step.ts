import type { Step } from '../server/pdf/model/step.ts';
import { steps } from '../server/pdf/registry.ts';
import { builder } from './builder.ts';
import type { InputRef } from '@pothos/core';
import { maxItemsOf, maxLengthOf } from '../server/pdf/plan/parse-options.ts';
import type { Option } from '../server/pdf/model/option.ts';

/** Input types, defaults and documentation of every step, derived from its declaration. */
const enums = new Map<string, ReturnType<typeof enumOf>>();

function enumOf({ enumName, values }: Option) {
  return builder.enumType(enumName ?? '', { values: [...(values ?? [])] });
}

/** @param name of the input type that an OBJECT is */
function typeOf(option: Option, name: string) {
  if (option.type === 'INT') return 'Int';
  if (option.type === 'FLOAT') return 'Float';
  if (option.type === 'BOOLEAN') return 'Boolean';
  if (option.type === 'FILE') return 'ID';
  if (option.type === 'OBJECT') return inputOf(name, option.description, option.fields ?? {});
  if (option.type !== 'ENUM') return 'String';
  const enumName = option.enumName ?? '';
  const type = enums.get(enumName) ?? enumOf(option);
  enums.set(enumName, type);
  return type;
}

function inputOf(
  name: string,
  description: string,
  options: Step['options'],
  isOneOf = false,
): InputRef<unknown> {
  const fields = Object.entries(options).map(
    ([key, option]) => [key, option, typeOf(option, `${name}${capitalised(key)}`)] as const,
  );
  return builder.inputType(`${name}Input`, {
    description,
    isOneOf,
    fields: (t) =>
      Object.fromEntries(
        fields.map(([key, option, type]) => {
          const { description, required = false, default: defaultValue } = option;
          const bounds = { maxLength: maxLengthOf(option), maxItems: maxItemsOf(option) };
          return [
            key,
            t.field({
              type: option.list ? [type] : type,
              description,
              required,
              defaultValue,
              ...bounds,
            } as never),
          ];
        }),
      ),
  });
}

function capitalised(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const inputs = steps.map(
  ({ name, description, options, exactlyOne }) =>
    [name, inputOf(capitalised(name), description, options, exactlyOne)] as const,
);

/** `{ rotate: { degrees: 90 } }`: the key is the step's name. */
export const StepInput = builder.inputType('StepInput', {
  description:
    'Exactly one step. `pages: String` is a range expression over the document as it stands at that step: `1-3,7,9-last`; ' +
    '`12-1` counts down; `r1` is the last page, `r2` the one before; `odd`, `even`, `all`; repeats are allowed; default: all.',
  isOneOf: true,
  fields: (t) => Object.fromEntries(inputs.map(([name, type]) => [name, t.field({ type })])),
});

type NamedOption = Option & { name: string };

function named(options: Step['options']): NamedOption[] {
  return Object.entries(options).map(([name, option]) => ({ name, ...option }));
}

/** With those that objects are made of. */
function allOf(options: Step['options']): Option[] {
  return Object.values(options).flatMap((option) => [option, ...allOf(option.fields ?? {})]);
}

const options = steps.flatMap((step) => allOf(step.options));

const optionTypes = [
  'INT',
  'FLOAT',
  'STRING',
  'BOOLEAN',
  'ENUM',
  'PAGES',
  'COLOR',
  'FILE',
  'OBJECT',
] as const;
const StepOptionType = builder.enumType('StepOptionType', { values: optionTypes });

const StepOption = builder.objectRef<NamedOption>('StepOption');

StepOption.implement({
  description: 'One option of a step, with all that a form needs.',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    type: t.field({ type: StepOptionType, resolve: (option) => option.type }),
    required: t.boolean({ resolve: (option) => option.required ?? false }),
    multiline: t.boolean({
      description: 'Text that may have line breaks.',
      resolve: (option) => option.multiline ?? false,
    }),
    list: t.boolean({ description: 'Several values.', resolve: (option) => option.list ?? false }),
    default: t.string({
      nullable: true,
      description: 'The value that is taken where none is given, as text.',
      resolve: (option) => option.default?.toString(),
    }),
    min: t.exposeFloat('min', { nullable: true }),
    max: t.exposeFloat('max', { nullable: true }),
    values: t.stringList({
      nullable: true,
      most: Math.max(...options.map(({ values = [] }) => values.length)),
      resolve: (option) => (option.values ? [...option.values] : null),
    }),
    fields: t.field({
      type: [StepOption],
      nullable: true,
      description: 'Of an OBJECT: what it is made of.',
      most: Math.max(...options.map(({ fields = {} }) => Object.keys(fields).length)),
      resolve: (option) => (option.fields ? named(option.fields) : null),
    }),
  }),
});

const StepDefinition = builder.objectRef<Step>('StepDefinition').implement({
  description: 'One way to change a PDF, self-describing: forms and documentation are made from it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The field of StepInput.' }),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    exactlyOne: t.boolean({
      description: 'Whether exactly one of the options must be given.',
      resolve: (step) => step.exactlyOne ?? false,
    }),
    options: t.field({
      type: [StepOption],
      most: Math.max(...steps.map((step) => Object.keys(step.options).length)),
      resolve: (step) => named(step.options),
    }),
  }),
});

builder.queryField('steps', (t) =>
  t.field({
    type: [StepDefinition],
    most: steps.length,
    description:
      'All steps there are. Needs no identity, like `__typename` and introspection; everything else does.',
    resolve: () => [...steps],
  }),
);
