import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CORPUS } from './spellings.js'

/** `docs/advisories.md` against the tests that it names. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Each row: its advisories, and the tests that show what they cannot do here. */
const ROWS = read('docs/advisories.md')
  .split('\n')
  .filter((line) => /^\| (?!---|Advisory)/.test(line))
  .map((line) => {
    const cells = line.split(' | ')
    const shown = [...(cells.at(-1) ?? '').matchAll(/\]\(\.\.\/([^)]+)\): `([^`]+)`/g)]
    return { ids: (cells[0] ?? '').slice(2), shown: shown.map(([, file = '', title = '']) => ({ file, title })) }
  })

test('every advisory of the table is shown by a test that is there', () => {
  assert.ok(ROWS.length >= 42, `${ROWS.length} rows`)
  for (const { ids, shown } of ROWS) {
    assert.ok(shown.length > 0, `${ids} is shown by no test.`)
    for (const { file, title } of shown) {
      assert.ok(
        titlesOf(file).some((each) => each.includes(title)),
        `${ids}: ${file} has no test "${title}".`,
      )
    }
  }
})

test('every advisory that a test names is in the table', () => {
  const inTable = ROWS.map(({ ids }) => ids).join(', ')
  const folders = ['test/security', 'test/security/advisories', 'test/http']
  const files = folders.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))
  const named = files.filter((file) => file.endsWith('.ts')).flatMap((file) => titlesOf(file).flatMap(idsOf))
  assert.ok(named.length > 42, `${named.length} names`)
  for (const id of new Set(named)) assert.ok(inTable.includes(id), `${id} is not in docs/advisories.md.`)
})

test('the spellings that are tried are many, and all different', () => {
  assert.ok(CORPUS.length >= 300, `${CORPUS.length} spellings`)
  assert.equal(new Set(CORPUS).size, CORPUS.length)
})

/** What the tests of a file are called, as it stands in their source. */
function titlesOf(file: string): string[] {
  const source = read(file)
  return [...source.matchAll(/(?:\btest\(|title:)\s*(['"`])([\s\S]*?[^\\])\1/g)].map(([, , title = '']) => title)
}

function idsOf(title: string): string[] {
  return title.match(/CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}/g) ?? []
}
