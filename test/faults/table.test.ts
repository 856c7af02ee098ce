import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from '../docs/quotes.js'

const page = readFileSync(join(root, 'docs/faults.md'), 'utf8')

interface Row {
  readonly happens: string
  readonly cells: readonly string[]
  /** Where the test is, and words of its title. */
  readonly file: string
  readonly title: string
}

/** The list of faults that can be planned comes after the table. */
const rows = page
  .slice(0, page.indexOf('## Faults in your own tests'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (What happens|---)/.test(line))
  .map((line): Row => {
    const cells = line.slice(2, -2).split(' | ')
    const [, title = '', file = ''] = /^\[(.+)\]\((?:\.\.\/)([^)]+)\)$/.exec(cells.at(-1) ?? '') ?? []
    return { happens: cells[0] ?? '', cells, file, title }
  })

describe('the table of faults', () => {
  test('has whole rows, and no two alike', () => {
    assert.ok(rows.length > 40, `It has ${rows.length} rows.`)
    for (const { happens, cells } of rows) {
      assert.equal(cells.length, 5, happens)
      for (const cell of cells) assert.notEqual(cell.trim(), '', happens)
    }
    assert.equal(new Set(rows.map(({ happens }) => happens)).size, rows.length)
  })

  for (const { happens, file, title } of rows) {
    test(`names a test that is there: ${happens}`, () => {
      assert.notEqual(file, '', 'The last cell is no link to a test.')
      const source = readFileSync(join(root, file), 'utf8')
      const titles = source.split('\n').filter((line) => !/^\s*(\/\/|\*|import )/.test(line))
      assert.ok(
        titles.some((line) => line.includes(title)),
        `${file} has no test "${title}".`,
      )
    })
  }
})
