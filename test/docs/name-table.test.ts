import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Doors } from './from-django-downloadview/doors.js'
import { app } from './from-django-downloadview/invoices.js'
import { type Named, namesIn, numbersIn, type Row, readPage, rowsOf } from './from-django-downloadview/page.js'
import { PROOFS } from './from-django-downloadview/proofs.js'
import { PYTHON_NAMES, spelledHere } from './from-django-downloadview/python-names.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readPage()
const rows = rowsOf(page)
const newHere = namesIn(page, 'New here')
const doors = new Doors()
const commands = sourcesIn('src/cli', (file) => file.endsWith('-command.ts')).join('\n')
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
    const missing = rows.flatMap(({ line, typeScript, mentioned, door }) =>
      [...typeScript, ...mentioned].filter((name) => !exists(name, door)).map((name) => `line ${line}: ${name}`),
    )
    assert.deepEqual(missing, [])
    assert.deepEqual(
      newHere.filter(({ name, door }) => !exists(name, door)),
      [],
    )
  })

  test('names no door that package.json does not open', () => {
    const named = [...rows, ...newHere].flatMap(({ door }) => door ?? [])
    assert.deepEqual(
      named.filter((door) => !doors.names.includes(door)),
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

  const inTables = new Set(
    rows.flatMap(({ typeScript, door }) => typeScript.flatMap((name) => imported({ name: ownerOf(name), door }))),
  )
  const inList = new Set(newHere.flatMap(imported))

  for (const door of doors.names) {
    test(`leaves out nothing that ${door} exports`, () => {
      const exported = doors.valuesOf(door).map((name) => `${door}: ${name}`)
      assert.ok(exported.length > 0, door)
      assert.deepEqual(
        exported.filter((name) => !inTables.has(name) && !inList.has(name)),
        [],
      )
    })
  }

  test('calls nothing new that a table has', () => {
    assert.ok(inList.size > 0, 'The list is empty.')
    assert.deepEqual(
      [...inList].filter((name) => inTables.has(name)),
      [],
    )
  })

  test('has a whole row for each name', () => {
    assert.deepEqual(
      rows.filter((row) => !isWhole(row)).map(({ line, cells }) => `line ${line}: ${cells.join(' | ')}`),
      [],
    )
  })

  test('explains every number that has a test, and no other', () => {
    const titles = sourcesIn('src', (file) => file.endsWith('.test.ts')).join('\n')
    const proven = new Set([...(titles.match(/\bU\d\d\b/g) ?? []), ...Object.keys(PROOFS)])
    const explained = numbersIn(page)
    assert.deepEqual([...explained].sort(), [...proven].sort())
  })

  for (const [number, proofs] of Object.entries(PROOFS)) {
    test(`can prove ${number}`, () => {
      assert.ok(proofs.length > 0, 'It names no tests.')
      for (const [file, title] of proofs) assert.ok(hasTest(file, title), `${file}: ${title}`)
    })
  }
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
      'XLiteSpeedLocationMiddleware.wrap',
      'ExpectedXSendfile.filePath',
      'HealthChecks.run',
      'downloadview doctor',
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
      'downloadview/nginx',
      'downloadview nothing',
      '/object/default-file/',
      '/no/such/page/',
    ]) {
      assert.ok(!exists(name), name)
    }
  })

  test('knows which door a name comes from', () => {
    assert.deepEqual(imported({ name: 'xSendfile', door: 'downloadview/apache' }), ['downloadview/apache: xSendfile'])
    assert.deepEqual(imported({ name: 'caddyConfig', door: undefined }), ['downloadview/caddy: caddyConfig'])
    assert.deepEqual(imported({ name: 'xSendfile', door: undefined }), [], 'two doors have it')
    assert.ok(exists('xSendfile', 'downloadview/lighttpd'), 'its own door has it')
    assert.ok(exists('assertXSendfile', 'downloadview/lighttpd'), 'no other door has it')
    assert.ok(!exists('xSendfile', 'downloadview/nginx'), 'another door has it')
  })

  test('knows the tests of a file by their titles', () => {
    assert.ok(hasTest('middleware/proxied.test.ts', 'keeps the headers and cookies of the view'), 'a title is one')
    assert.ok(
      !hasTest('middleware/proxied.test.ts', 'loses the headers and cookies of the view'),
      'another title is none',
    )
    assert.ok(!hasTest('middleware/proxied.test.ts', 'Names the file in a header'), 'a comment is no title')
  })

  test('spells a name of the original as it would be spelled here', () => {
    assert.equal(spelledHere('HTTPDownloadView.get_url'), 'HttpDownloadView.getUrl')
    assert.equal(spelledHere('nginx.x_accel_redirect'), 'xAccelRedirect')
    assert.equal(spelledHere('assert_x_sendfile.file_path'), 'assertXSendfile.filePath')
    assert.equal(spelledHere('__version__'), '__version__')
  })
})

/** A name that a door exports, a command, or a route of the demo. */
function exists(name: string, door?: string): boolean {
  if (name.startsWith('/')) return demo.includes(`get('${name}'`) || demo.includes(`get(\n    '${name}'`)
  if (name.startsWith('downloadview ')) return commands.includes(`.command('${name.slice('downloadview '.length)}')`)
  const found = doors.doorsOf(name)
  // Beside the names of its own door, a section may name what cannot be taken for another.
  return door === undefined || found.includes(door) ? found.length > 0 : found.length === 1
}

/** A name with the door that it comes from; nothing for one that several doors have, unless the page says which. */
function imported({ name, door }: Named): string[] {
  const found = doors.doorsOf(name)
  const known = door !== undefined && found.includes(door) ? [door] : found
  return known.length === 1 ? [`${known[0]}: ${name}`] : []
}

function hasTest(file: string, title: string): boolean {
  const lines = readFileSync(`${root}/${file.startsWith('test/') ? file : `src/${file}`}`, 'utf8').split('\n')
  return lines.some((line) => /^ *test\(/.test(line) && line.includes(title))
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
