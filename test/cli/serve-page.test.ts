import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { downloadview, useFolder } from './command.js'
import { serve } from './serving.js'

const PAGE = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8')

describe('the page about serving a folder', () => {
  const folder = useFolder()

  test('has a row for each option, and no other', async () => {
    const { out } = await downloadview(folder, ['serve', '--help'])
    const own = out.slice(out.indexOf('Options:'), out.indexOf('Global Options:'))
    const options = [...own.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name)
    const rows = [...PAGE.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, name]) => name)
    assert.deepEqual(rows, options)
  })

  test('shows what the command prints', async (t) => {
    const { out, port } = await serve(t, folder)
    const printed = /<!-- from .* -->\n```\n(.*?)```/s.exec(PAGE)?.[1]
    assert.equal(out.replace(folder, '/home/alice/photos').replace(String(port), '8000'), printed)
  })
})
