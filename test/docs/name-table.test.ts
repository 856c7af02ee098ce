import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Doors } from './from-django-downloadview/doors.js'
import { app } from './from-django-downloadview/invoices.js'
import { namesIn, numbersIn, type Row, readPage, rowsOf } from './from-django-downloadview/page.js'
import { PYTHON_NAMES, spelledHere } from './from-django-downloadview/python-names.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readPage()
const rows = rowsOf(page)
const newHere = namesIn(page, 'New here')
const doors = new Doors()
const demo = sourcesIn('demo/src', (file) => !file.endsWith('.test.ts')).join('\n')

describe('the page for users of django-downloadview', () => {
  test('names for each name of the original what stands for it here', () => {
    const named = new Set(rows.flatMap(({ python }) => python))
    assert.deepEqual(
      PYTHON_NAMES.filter((name) => !named.has(name)),
      [],
    )
  })

  test('names nothing that does not exist', () => {
    const missing = rows.flatMap(({ line, typeScript }) =>
      typeScript.filter((name) => !exists(name)).map((name) => `line ${line}: ${name}`),
    )
    assert.deepEqual(missing, [])
    assert.deepEqual(
      newHere.filter((name) => !exists(name)),
      [],
    )
  })

  test('calls nothing "later" that is there by now', () => {
    const outdated = rows.filter(({ isLater, python }) => isLater && python.some((name) => exists(spelledHere(name))))
    assert.deepEqual(
      outdated.map(({ line, python }) => `line ${line}: ${python}`),
      [],
    )
  })

  test('leaves out nothing that the core exports', () => {
    const named = new Set(rows.flatMap(({ typeScript }) => typeScript.map(ownerOf)))
    const values = doors.valuesOf('.')
    assert.deepEqual(
      values.filter((name) => !named.has(name) && !newHere.includes(name)),
      [],
    )
    assert.deepEqual(
      newHere.filter((name) => named.has(name)),
      [],
      'not new: a table has it',
    )
  })

  test('has a whole row for each name', () => {
    assert.deepEqual(
      rows.filter((row) => !isWhole(row)).map(({ line, cells }) => `line ${line}: ${cells.join(' | ')}`),
      [],
    )
  })

  test('explains every number that the title of a test names', () => {
    const titles = sourcesIn('src', (file) => file.endsWith('.test.ts')).join('\n')
    const named = new Set(titles.match(/\bU\d\d\b/g))
    const explained = numbersIn(page)
    assert.deepEqual([...named].sort(), [...explained].sort())
  })
})

test('the example serves the document of an invoice under its number', async () => {
  // Express then writes no error to the console.
  app.set('env', 'test')
  const server = app.listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const march = await fetch(`${origin}/invoices/march`)
    assert.equal(march.status, 200)
    assert.equal(march.headers.get('content-disposition'), 'inline; filename="invoice-2026003.pdf"')
    assert.equal(march.headers.get('content-type'), 'application/pdf')
    assert.equal(await march.text(), '%PDF-17')
    assert.equal((await fetch(`${origin}/invoices/april`)).status, 404, 'a row without a document')
    assert.equal((await fetch(`${origin}/invoices/may`)).status, 404, 'no such row')
  } finally {
    server.close()
  }
})

describe('the check of names', () => {
  test('knows classes, functions and types, with their public members', () => {
    for (const name of [
      'DownloadView',
      'sendfile',
      'FileStat',
      'setupView',
      'toFetchHandler',
      'DownloadView.asView',
      'DownloadView.attachment',
      'ObjectDownloadView.getBasename',
      'ObjectDownloadView.attachment',
      'LocalFile.at',
      'StorageFile.url',
      'FileStat.size',
      'SendfileOptions.root',
      'DownloadFile.close',
      '/object/default-file/:slug/',
    ]) {
      assert.ok(exists(name), name)
    }
  })

  test('takes nothing else for a name', () => {
    for (const name of [
      '',
      'NoSuchView',
      'downloadView',
      'DownloadView.asview',
      'DownloadView.#request',
      'DownloadView.nothing',
      'DownloadView.asView.length',
      'LocalFile.prototype',
      'ObjectDownloadView.at',
      'FileStat.',
      'sendfile.call',
      'openFiles',
      '/object/default-file/',
      '/no/such/page/',
    ]) {
      assert.ok(!exists(name), name)
    }
  })

  test('spells a name of the original as it would be spelled here', () => {
    assert.equal(spelledHere('HTTPDownloadView.get_url'), 'HttpDownloadView.getUrl')
    assert.equal(spelledHere('nginx.x_accel_redirect'), 'xAccelRedirect')
    assert.equal(spelledHere('assert_x_sendfile.file_path'), 'assertXSendfile.filePath')
    assert.equal(spelledHere('__version__'), '__version__')
  })
})

/** A name that a door exports, or a route of the demo. */
function exists(name: string): boolean {
  return name.startsWith('/') ? demo.includes(`get('${name}'`) || demo.includes(`get(\n    '${name}'`) : doors.has(name)
}

function ownerOf(name: string): string {
  return name.split('.')[0] as string
}

/** Three cells; a sentence in the last, or a dash for no difference; in the second names, `later` or a dash. */
function isWhole({ cells, typeScript, isLater }: Row): boolean {
  const [python, name, difference] = cells
  return (
    cells.length === 3 &&
    python !== '' &&
    (name === '—' || isLater || typeScript.length > 0) &&
    (difference === '—' || /^[A-Z`].*\.$/.test(difference as string))
  )
}

function sourcesIn(folder: string, isWanted: (file: string) => boolean): string[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && isWanted(file))
    .map((file) => readFileSync(`${root}/${folder}/${file}`, 'utf8'))
}
