/** The option `schemas`: checks it, and finds the schema of a name. */
import { isRecord } from '../../protocols/json-frames.ts';
import type { SchemaLookup, StandardSchemaV1 } from '../../types.ts';

export type ResolvedSchemas = Readonly<Record<string, StandardSchemaV1 | undefined>> | SchemaLookup;

/** Whether it is the option: schemas by name, or a function that finds them. */
export function areSchemas(value: unknown): value is ResolvedSchemas {
  if (typeof value === 'function') return true;
  return isRecord(value) && Object.values(value).every((one) => one === undefined || isSchema(one));
}

/** If the app's function fails, it is a schema that fails in the same way: the event can't be checked, so it is dropped. */
export function schemaOf(
  schemas: ResolvedSchemas | undefined,
  name: string,
): StandardSchemaV1 | undefined | null | false {
  if (typeof schemas !== 'function')
    return schemas && Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  try {
    const found = schemas(name);
    if (!found || isSchema(found)) return found;
    throw new TypeError('schemas(name) returned a value that is no Standard Schema');
  } catch (thrown) {
    const validate = (): never => {
      throw thrown;
    };
    return { '~standard': { version: 1, vendor: 'everwire', validate } };
  }
}

function isSchema(value: unknown): value is StandardSchemaV1 {
  return typeof (value as Partial<StandardSchemaV1> | null)?.['~standard']?.validate === 'function';
}
