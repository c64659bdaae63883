/** The types of schemas for what events carry. Types only: this file adds no code. */
import type { EventData, EventName, Register } from './register.ts';

/** The Standard Schema interface (standardschema.dev), which zod, valibot and arktype implement. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema returns: a value, or the issues that it found. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One problem that a schema found. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** Schemas by event name. A schema's output must fit the type that is registered for the name. */
export type Schemas<Types extends object = Register> = {
  readonly [Name in EventName<Types>]?: StandardSchemaV1<unknown, EventData<Name, Types>> | undefined;
};

/** Finds the schema of a name, for names that are made while the app runs. Called for each event, so it must be cheap. */
export type SchemaLookup = (name: string) => StandardSchemaV1 | undefined | null | false;

/** The events that these schemas describe: `interface Register { events: EventsOf<typeof schemas> }`. */
export type EventsOf<S extends Readonly<Record<string, StandardSchemaV1>>> = {
  [Name in keyof S]: S[Name] extends StandardSchemaV1<infer _Input, infer Output> ? Output : never;
};
