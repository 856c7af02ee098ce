/** Types in SQL of the columns of a table, by name. It has no prototype, so that it holds nothing else. */
export type TypesOfColumns = Readonly<Record<string, string | undefined>>

/** Remembers what databases said of their tables, so that each is asked once, also where models are made for a request. */
export class ColumnTypes {
  readonly #tables = new WeakMap<object, Map<string, Promise<TypesOfColumns>>>()

  /** Gives the types of a table, and asks the database when they are not known yet. */
  of(database: object, table: string, ask: () => Promise<TypesOfColumns>): Promise<TypesOfColumns> {
    const tables = this.#tables.get(database) ?? new Map<string, Promise<TypesOfColumns>>()
    this.#tables.set(database, tables)
    const types = tables.get(table) ?? ask()
    tables.set(table, types)
    // A database that could not be reached is asked again.
    types.catch(() => tables.delete(table))
    return types
  }
}
