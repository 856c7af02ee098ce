type Order = readonly [order: number, customer: string, total: number]

const ROWS: readonly Order[] = [
  [1, 'Müller, Ann', 42],
  [2, 'The "Shop"', 7.5],
  [3, '=HYPERLINK("http://evil.example")', -1],
]

/** Stands in for a database whose driver gives rows as they come, as cursors of PostgreSQL do. */
export const orders = {
  asked: 0,
  async *select({ year, signal }: { year: number; signal?: AbortSignal | undefined }): AsyncGenerator<Order> {
    this.asked += 1
    for (const row of year === 2026 ? ROWS : []) {
      signal?.throwIfAborted()
      yield row
    }
  },
}
