import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { FaultCode } from '../../src/health/index.js'
import { type Deployed, replaced, withDeployment } from '../health/deployment.js'
import { downloadview } from './command.js'

const PAGE = readFileSync(new URL('../../docs/hand-over/doctor.md', import.meta.url), 'utf8')

describe('the page about the doctor', () => {
  test('has a row for each code, and no other', () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z][a-z-]+)` \| /gm)].map(([, code]) => code as string)
    assert.deepEqual(rows.toSorted(), Object.keys(CODES).toSorted())
  })

  test('shows the code of files that compile', () => {
    const blocks = [...PAGE.matchAll(/<!-- from (\S+\.ts) -->\n```ts\n(.*?)```/gs)]
    assert.equal(blocks.length, 2)
    for (const [, file, code] of blocks) {
      assert.equal(code, readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
    }
  })

  test('shows what the command prints', async () => {
    const [, args = '', printed] = /```sh\nnpx downloadview (.*?)\n```\n.*?\n```\n(.*?)```/s.exec(PAGE) ?? []
    const edit = (text: string) => replaced(text, /alias ".*"/g, 'alias "/srv/nowhere/"')
    await withDeployment({ edit }, async (site) => {
      writeFileSync(site.path('downloadview.config.json'), JSON.stringify(site.config))
      const words = args.replace('https://files.example', site.publicUrl).split(' ')
      const { code, out } = await downloadview(site.path(), words)
      assert.equal(code, 1)
      assert.equal(asOnPage(out, site), printed)
    })
  })
})

function asOnPage(out: string, site: Deployed): string {
  return out.replaceAll(site.publicUrl, 'https://files.example').replaceAll(site.path(), '/srv')
}

/** The compiler sees to it that none is left out. */
const CODES: Readonly<Record<FaultCode, true>> = {
  'application-down': true,
  'application-error': true,
  'backend-none': true,
  'canary-missing': true,
  'canary-not-mounted': true,
  'canary-refused': true,
  'encoding-mismatch': true,
  'files-unreadable': true,
  'folder-missing': true,
  'hand-over-differs': true,
  'hand-over-ignored': true,
  'header-dropped': true,
  'location-open': true,
  'not-handed-over': true,
  'permission-denied': true,
  'proxy-down': true,
  'proxy-error': true,
  'ranges-broken': true,
  'rule-mismatch': true,
  'rule-shadowed': true,
  'upstream-wrong': true,
  'wrong-alias': true,
  'wrong-bytes': true,
}
