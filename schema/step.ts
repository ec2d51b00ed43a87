import { most } from '../server/bounds.ts';
import type { Step } from '../server/pdf/model/step.ts';
import { steps } from '../server/pdf/registry.ts';
import { builder } from './builder.ts';
import { maxLengthOf } from '../server/pdf/parse-steps.ts';
import type { Option } from '../server/pdf/model/option.ts';

/** Input types, defaults and documentation of every step, derived from its declaration. */
const enums = new Map<string, ReturnType<typeof enumOf>>();

function enumOf({ enumName, values }: Option) {
  return builder.enumType(enumName ?? '', { values: [...(values ?? [])] });
}

function typeOf(option: Option) {
  if (option.type === 'INT') return 'Int';
  if (option.type === 'FLOAT') return 'Float';
  if (option.type === 'BOOLEAN') return 'Boolean';
  if (option.type === 'FILE') return 'ID';
  if (option.type !== 'ENUM') return 'String';
  const name = option.enumName ?? '';
  const type = enums.get(name) ?? enumOf(option);
  enums.set(name, type);
  return type;
}

function inputOf(step: Step) {
  const name = `${step.name.charAt(0).toUpperCase()}${step.name.slice(1)}Input`;
  return builder.inputType(name, {
    description: step.description,
    isOneOf: step.exactlyOne ?? false,
    fields: (t) =>
      Object.fromEntries(
        Object.entries(step.options).map(([key, option]) => {
          const type = typeOf(option);
          const { description, required = false, default: defaultValue } = option;
          const bounds = { maxLength: maxLengthOf(option), maxItems: option.list ? most.entries : undefined };
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

const inputs = steps.map((step) => [step.name, inputOf(step)] as const);

/** `{ rotate: { degrees: 90 } }`: the key is the step's name. */
export const StepInput = builder.inputType('StepInput', {
  description:
    'Exactly one step. `pages: String` is a range expression over the document as it stands at that step: `1-3,7,9-last`; ' +
    '`12-1` counts down; `r1` is the last page, `r2` the one before; `odd`, `even`; repeats are allowed; default: all.',
  isOneOf: true,
  fields: (t) => Object.fromEntries(inputs.map(([name, type]) => [name, t.field({ type })])),
});

const options = steps.flatMap((step) => Object.values(step.options));

const optionTypes = ['INT', 'FLOAT', 'STRING', 'BOOLEAN', 'ENUM', 'PAGES', 'COLOR', 'FILE'] as const;
const StepOptionType = builder.enumType('StepOptionType', { values: optionTypes });

const StepOption = builder.objectRef<Option & { name: string }>('StepOption').implement({
  description: 'One option of a step, with all that a form needs.',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    type: t.field({ type: StepOptionType, resolve: (option) => option.type }),
    required: t.boolean({ resolve: (option) => option.required ?? false }),
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
      resolve: (step) => Object.entries(step.options).map(([name, option]) => ({ name, ...option })),
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
