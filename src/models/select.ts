/** The fields of a row that were selected; all of them when none was. They are there, so that none is optional. */
export type Selected<T, K extends PropertyKey> = [K] extends [never]
  ? T
  : { [Field in K]: Field extends keyof T ? T[Field] : never }

/** The fields to load: those that were selected and those that are looked for; `undefined` for all. */
export function fieldsToLoad(
  select: readonly string[] | undefined,
  values: Readonly<Record<string, unknown>>,
): string[] | undefined {
  return select === undefined ? undefined : [...new Set([...Object.keys(values), ...select])]
}

/** The same as an object, `{ id: true, pdf: true }`. */
export function fieldMap(fields: readonly string[] | undefined): Record<string, true> | undefined {
  return fields === undefined ? undefined : Object.fromEntries(fields.map((field) => [field, true]))
}
