import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ContentFile } from '../../../src/files/content.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { disposition, plainFilename, savedName } from '../disposition.js'
import type { Expected } from '../suite.js'
import { useSite } from '../use.js'

/** RFC 6266 and 8187: under which name a client saves a file. */
export function names({ adapter, fixtures }: Expected): void {
  describe('names', () => {
    const { root } = fixtures
    const files = useSite(adapter, PathDownloadView.asView({ root }), '/files/*path')
    const shown = useSite(adapter, PathDownloadView.asView({ root, attachment: false }), '/files/*path')
    const named = useSite(adapter, NamedView.asView(), '/named/:index')
    const given = useSite(adapter, GivenNameView.asView(), '/given/:index')

    const reachable = STORED.filter(([key]) => !adapter.losesQuestionMarks || !key.includes('?'))
    for (const [key, name = key.slice(key.lastIndexOf('/') + 1)] of reachable) {
      test(`${JSON.stringify(key)} is saved as ${JSON.stringify(name)}`, async () => {
        const reply = await files.ask(`/files/${encodeKey(key)}`)
        assert.equal(reply.status, 200)
        const header = reply.get('Content-Disposition') ?? ''
        assert.equal(disposition(header).type, 'attachment')
        assert.equal(savedName(header), name)
      })
    }

    test('an inline file has its name, too', async () => {
      const reply = await shown.ask('/files/digits.txt')
      assert.equal(reply.get('Content-Disposition'), 'inline; filename="digits.txt"')
    })

    for (const [index, [name, saved]] of HOSTILE.entries()) {
      for (const [whose, site, path] of [
        ['a file of its own name', () => named, 'named'],
        ['a name that the application gives', () => given, 'given'],
      ] as const) {
        test(`${whose}: ${JSON.stringify(name)} is saved as ${JSON.stringify(saved)}`, async () => {
          const reply = await site().ask(`/${path}/${index}`)
          assert.equal(reply.status, 200)
          const header = reply.get('Content-Disposition') ?? ''
          // Reads the header to its letter: no parameter more, nothing after it.
          assert.equal(savedName(header), saved)
          assertSafe(plainFilename(header) ?? '')
        })
      }
    }
  })
}

/** What the oldest client reads: ASCII that can be shown, no separator, nothing that leads out of a folder. */
function assertSafe(name: string): void {
  assert.match(name, /^[\x20-\x7E]+$/)
  assert.doesNotMatch(name, /[/\\]/)
  assert.doesNotMatch(name, /^\.*$/)
}

class NamedView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile('x', { name: nameAt(this.params['index']) })
  }
}

class GivenNameView extends VirtualDownloadView {
  override getBasename(): string {
    return nameAt(this.params['index'])
  }

  override getFile(): ContentFile {
    return new ContentFile('x', { name: 'other.txt' })
  }
}

function nameAt(index: unknown): string {
  return HOSTILE[Number(index)]?.[0] ?? ''
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}

/** Keys of files, and what they are saved as where that is not their last part. */
const STORED: readonly (readonly [key: string, name?: string])[] = [
  ['digits.txt'],
  ['folder/inner.txt'],
  ['folder/deeper/inmost.txt'],
  ['a b.txt'],
  ['a+b.txt'],
  ['50% off.txt'],
  ['%2e%2e.txt'],
  ['naïve café.txt'],
  ['日本語.txt'],
  ['🎉.txt'],
  ['quo"te.txt'],
  ['semi;colon.txt'],
  ['full＂width＂.txt'],
  ['dots..in..name.txt'],
  ['hash#mark.txt'],
  ['question?mark.txt'],
  ['amper&sand=.txt'],
  ["apo'strophe.txt"],
  ['tilde~1.txt'],
  ['noextension'],
  ['archive.tar.gz'],
  ['right\u202Etxt.exe', 'righttxt.exe'],
  ['line\nbreak.txt', 'line break.txt'],
]

/** Names from elsewhere, such as a column that users fill, and what a client of today saves them as. */
const HOSTILE: readonly (readonly [name: string, saved: string])[] = [
  ['report.pdf', 'report.pdf'],
  ['x.txt"; filename="evil.exe', 'x.txt"; filename="evil.exe'],
  ['x.txt\r\nSet-Cookie: a=b', 'x.txt  Set-Cookie: a=b'],
  ['x\u0000.txt', 'x.txt'],
  ['x\u001B[31m.txt', 'x[31m.txt'],
  ['x\u007F.txt', 'x.txt'],
  ['x\u0085.txt', 'x.txt'],
  ['x\u2028y.txt', 'x y.txt'],
  ['back\\slash.txt', 'back_slash.txt'],
  ['..\\..\\windows\\win.ini', '.._.._windows_win.ini'],
  ['＂.txt', '＂.txt'],
  ['＂; filename=＂evil.exe', '＂; filename=＂evil.exe'],
  ['a＼b.txt', 'a_b.txt'],
  ['a／b.txt', 'a_b.txt'],
  ['a∕b.txt', 'a_b.txt'],
  ['cod\u202Egpj.exe', 'codgpj.exe'],
  ['cod\u2066x\u2069.exe', 'codx.exe'],
  ['zero\u200Bwidth.txt', 'zerowidth.txt'],
  ["percent%41'.txt", "percent%41'.txt"],
  ["UTF-8''x.txt", "UTF-8''x.txt"],
  ['=?utf-8?b?eA==?=', '=?utf-8?b?eA==?='],
  ['(a)*!.txt', '(a)*!.txt'],
  ['tab\there.txt', 'tab here.txt'],
  ['  blanks  .txt  ', 'blanks  .txt'],
  ['half \uD83D.txt', 'half \uFFFD.txt'],
  ['.', 'download'],
  ['..', 'download'],
  ['...', 'download'],
  ['日本語', '日本語'],
  ['ﬀ.txt', 'ﬀ.txt'],
  ['“quoted”.txt', '“quoted”.txt'],
  ['€ rates.txt', '€ rates.txt'],
  ['Ωmega.txt', 'Ωmega.txt'],
]
