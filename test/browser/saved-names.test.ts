import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { scratchFolder } from '../support/scratch.js'
import { type SavedFile, startChromium } from './support/chromium.js'
import { SERVERS, serveSite } from './support/site.js'

/** Names that can be those of files, and what Chromium makes of them. Where there is no second name, it is the same. */
const FILES: readonly (readonly [name: string, saved?: string])[] = [
  ['report.pdf'],
  ['no extension'],
  ['archive.tar.gz'],
  ['naïve café.txt'],
  ['cafe\u0301 decomposed.txt', 'caf\u00E9 decomposed.txt'],
  ['日本語.txt'],
  ['Отчёт за 2026 год.docx'],
  ['تقرير.pdf'],
  ['🎉 party.txt'],
  ['👨\u200D👩\u200D👧 family.txt', '👨_👩_👧 family.txt'],
  ["it's.txt"],
  ['quo"te.txt', 'quo_te.txt'],
  ['"quoted".txt', '_quoted_.txt'],
  ['full＂width＂.txt'],
  ['100%.txt'],
  ['%41%2Fb.txt'],
  ['semi;colon; filename=evil.exe'],
  ['comma, equals=, plus+ & at@.txt'],
  ['hash#mark.txt'],
  ['question?.txt', 'question_.txt'],
  ['star* pipe| angles<>.txt', 'star_ pipe_ angles__.txt'],
  ['=?utf-8?Q?caf=C3=A9?=.txt', '=_utf-8_Q_caf=C3=A9_=.txt'],
  ["UTF-8''encoded.txt"],
  ['CON'],
  ['nul.tar.gz'],
  ['com1.txt'],
  ['dots..in..name.txt'],
  ['blank before dot .txt'],
  [`${'long '.repeat(39)}name.txt`],
  // As long as a name of the disk may be in bytes: these are all that a browser can save.
  [`${'漢'.repeat(83)}.txt`, `${'漢'.repeat(78)}.txt`],
  [`${'a'.repeat(251)}.txt`, `${'a'.repeat(235)}.txt`],
]

/** Names that applications give, as visitors have spelled them: no file of the disk may have them, or none should. */
const OFFERED: readonly (readonly [name: string, saved: string])[] = [
  ['.env', 'env'],
  ['...hidden.txt', 'hidden.txt'],
  ['~tilde.txt', '_tilde.txt'],
  ['back\\slash.txt', 'back_slash.txt'],
  ['C:\\Windows\\win.ini', 'C__Windows_win.ini'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['..', 'download'],
  ['line\r\nSet-Cookie: broken=1.txt', 'line  Set-Cookie_ broken=1.txt'],
  ['nul\0byte.txt', 'nulbyte.txt'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['zero\u200Bwidth\uFEFF.txt', 'zerowidth.txt'],
  ['  blanks around.txt  ', 'blanks around.txt'],
  [`${'long '.repeat(60)}name.txt`, `${'long '.repeat(46)}long.txt`],
  [`${'漢字'.repeat(100)}.txt`, `${'漢字'.repeat(39)}.txt`],
  ['lone \uD83C surrogate.txt', 'lone \uFFFD surrogate.txt'],
]

const folder = await scratchFolder({ after: (work) => after(work as () => void) })
for (const [name] of FILES) writeFileSync(join(folder, name), `This is ${name}`)
writeFileSync(join(folder, 'upload'), 'What somebody has uploaded')

const chromium = await startChromium()
const storage = new FileSystemStorage({ root: folder })

class OfferedView extends StorageDownloadView {
  override storage = storage
  override path = 'upload'
  override getBasename() {
    return OFFERED[Number(this.params['index'])]?.[0]
  }
}

const TABLE = [
  ...FILES.map(([name, saved = name]) => ({
    title: `the file ${JSON.stringify(name)} is saved as ${JSON.stringify(saved)}`,
    path: `/files/${encodeURIComponent(name)}`,
    content: `This is ${name}`,
    saved,
  })),
  ...OFFERED.map(([name, saved], index) => ({
    title: `what is offered as ${JSON.stringify(name)} is saved as ${JSON.stringify(saved)}`,
    path: `/offered/${index}`,
    content: 'What somebody has uploaded',
    saved,
  })),
]

for (const server of SERVERS) {
  describe(server, async () => {
    const views = { '/files/*path': StorageDownloadView.asView({ storage }), '/offered/:index': OfferedView.asView() }
    const { origin } = await serveSite(server, { views })
    let files: SavedFile[] = []
    before(async () => {
      files = await chromium.saveAll(TABLE.map(({ path }) => origin + path))
    })

    for (const [index, { title, saved, content }] of TABLE.entries()) {
      test(title, async () => {
        assert.equal(files[index]?.name, saved)
        assert.equal(String(await files[index]?.bytes()), content)
      })
    }

    test('a file of the longest name is saved twice, with a number the second time', async () => {
      const twice = ['1', '2'].map((query) => `${origin}/files/${'a'.repeat(251)}.txt?${query}`)
      const names = (await chromium.saveAll(twice)).map(({ name }) => name)
      assert.deepEqual(names.sort(), [`${'a'.repeat(235)} (1).txt`, `${'a'.repeat(235)}.txt`])
    })
  })
}
