import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type FieldRequiredness,
  type InputFieldMap,
  type InputType,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { most } from '../server/bounds.ts';
import { faultsOf, type InputBounds } from './check-arguments.ts';
import { refusals, userError } from './refusals.ts';

/** What a field can add to an answer, declared with it: an operation is charged for all of it. */
export interface AnswerBounds {
  /** Items of a list. `page`: of the page that the field above was charged for, which has a `most` itself. */
  most?: number | 'page';
  /** Items of a page where neither `first` nor `last` is given. */
  pageSize?: number;
  /** In ordinary values: 1, unless it is a question of its own to the database, or can be very long. */
  weight?: number;
}

/** The weight of a value for which the database is asked once more. */
export const question = 100;

/** Arguments, coerced. */
// oxlint-disable-next-line typescript/no-explicit-any -- as graphql-js types them
type Given = any;
type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], Given>;

/**
 * Holds the arguments of every field to their bounds before a resolver sees them, whether they came as literals or as
 * variables. What is wrong with those of a mutation, and what it refuses, becomes its `userErrors`.
 */
class BoundsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onInputFieldConfig(field: PothosInputFieldConfig<Types>) {
    const { type, maxLength, maxItems, min, max } = field.pothosOptions;
    const isId = [type].flat().includes('ID');
    const bounds: InputBounds = { maxItems, min, max, maxLength: isId ? most.id : maxLength };
    return { ...field, extensions: { ...field.extensions, bounds } };
  }

  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>) {
    const { pageSize, weight, most }: AnswerBounds = field.pothosOptions;
    const answer: AnswerBounds = { pageSize, weight, most };
    return { ...field, extensions: { ...field.extensions, answer } };
  }

  override wrapResolve(
    resolve: Resolver<Types>,
    { kind, args }: PothosOutputFieldConfig<Types>,
  ): Resolver<Types> {
    if (kind === 'Mutation')
      return async (parent, given, context, info) => {
        const faults = faultsOf(declared(info), given);
        if (faults.length > 0) return { userErrors: faults.map(userError) };
        return refusals(async () => resolve(parent, given, context, info));
      };
    // Those of a subscription have been checked when it began.
    return kind === 'Subscription' || Object.keys(args).length === 0 ? resolve : checked(resolve);
  }

  override wrapSubscribe(subscribe: Resolver<Types> | undefined): Resolver<Types> | undefined {
    return subscribe && checked(subscribe);
  }
}

function checked<Types extends SchemaTypes>(resolve: Resolver<Types>): Resolver<Types> {
  return (parent, given, context, info) => {
    const [fault] = faultsOf(declared(info), given);
    if (fault) throw fault;
    return resolve(parent, given, context, info);
  };
}

function declared({ parentType, fieldName }: GraphQLResolveInfo) {
  return parentType.getFields()[fieldName]?.args ?? [];
}

SchemaBuilder.registerPlugin('bounds', BoundsPlugin);

// Pothos' way for a plugin to add options: interfaces merge where they have the same type parameters.
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      bounds: BoundsPlugin<Types>;
    }
    interface InputFieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      Type extends InputType<Types> | [InputType<Types>] = InputType<Types> | [InputType<Types>],
      Req extends FieldRequiredness<Type> = FieldRequiredness<Type>,
    > extends InputBounds {}
    interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > extends AnswerBounds {}
  }
}
