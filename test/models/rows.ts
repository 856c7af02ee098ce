/** A row as every database of these tests has it; ORMs may have other names for its columns. */
export interface Row {
  readonly id: number
  readonly slug: string
  /** Larger than a double holds exactly. */
  readonly number: bigint
  readonly code: string
  readonly tenant: number
  /** Name in the storage of the tests. */
  readonly pdf: string | null
  readonly scan: Buffer | null
  readonly title: string | null
  readonly mime_type: string | null
  readonly size: number | null
  readonly changed: Date | null
}

/** Every byte there is, several times. */
export const SCAN = Buffer.from(Array.from({ length: 2048 }, (_, index) => (index * 7) % 256))

export const CHANGED = new Date('2024-05-06T07:08:09.000Z')

const empty = { pdf: null, scan: null, title: null, mime_type: null, size: null, changed: null }

/** Their keys are what the strange ones would be taken for: 12 for "12abc", 16 for "0x10", 1000 for "1e3". */
export const ROWS: readonly Row[] = [
  {
    ...{ id: 1, slug: 'report', number: 9007199254740993n, code: '6f1c0a52-3c1e-4b5d-9a77-0c4f5d1e2a3b', tenant: 1 },
    ...{ pdf: 'invoices/report.pdf', scan: SCAN, title: 'Annual-report.pdf', mime_type: 'application/x-scan' },
    ...{ size: 17, changed: CHANGED },
  },
  {
    ...{ ...empty, id: 12, slug: 'Ünïcode слаг 日本 🙂', number: 12n, tenant: 2, pdf: 'invoices/twelve.txt' },
    ...{ code: '00000000-0000-4000-8000-00000000000c', title: 'Twins.pdf' },
  },
  {
    ...{ ...empty, id: 16, slug: 'sixteen', number: 16n, code: '00000000-0000-4000-8000-000000000010', tenant: 3 },
    title: 'Twins.pdf',
  },
  {
    ...{ ...empty, id: 1000, slug: '1000', number: 1000n, code: '00000000-0000-4000-8000-0000000003e8', tenant: 3 },
    ...{ pdf: 'invoices/thousand.txt', scan: Buffer.alloc(0) },
  },
  {
    ...{ ...empty, id: 2147483647, slug: 'last', number: 9223372036854775807n, tenant: 3, pdf: 'invoices/last.txt' },
    code: 'ffffffff-ffff-4fff-8fff-ffffffffffff',
  },
]

/** Columns in their order. */
export const COLUMNS = Object.keys(ROWS[0] as Row) as (keyof Row)[]
