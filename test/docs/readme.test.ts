import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { servingExample } from './serving-example.js'

const folder = await mkdtemp(join(tmpdir(), 'readme-'))
const home = process.cwd()

before(async () => {
  await mkdir(join(folder, 'invoices'))
  await mkdir(join(folder, 'media'))
  await writeFile(join(folder, 'invoices', '7.pdf'), '%PDF-7')
  await writeFile(join(folder, 'media', 'über uns.txt'), 'Hello')
  // The examples look for their folders below the one that they are started in.
  process.chdir(folder)
})

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the Express example sends an invoice to the user who may have it', async () => {
  await servingExample('./readme/express.js', async (origin) => {
    const mine = await fetch(`${origin}/invoices/7`, { headers: { 'X-User': 'alice' } })
    assert.equal(await mine.text(), '%PDF-7')
    assert.equal(mine.headers.get('content-type'), 'application/pdf')
    assert.equal(mine.headers.get('content-disposition'), 'attachment; filename="7.pdf"')
    assert.equal((await fetch(`${origin}/invoices/7`, { headers: { 'X-User': 'bob' } })).status, 403)
    assert.equal((await fetch(`${origin}/invoices/8`, { headers: { 'X-User': 'alice' } })).status, 404)
  })
})

test('the node:http example shows a folder, and ranges of its files', async () => {
  await servingExample('./readme/node.js', async (origin) => {
    const part = await fetch(`${origin}/media/${encodeURIComponent('über uns.txt')}`, {
      headers: { Range: 'bytes=1-' },
    })
    assert.equal(part.status, 206)
    assert.equal(await part.text(), 'ello')
    assert.match(part.headers.get('content-disposition') ?? '', /^inline;/)
  })
})

test('the fetch example makes a report', async () => {
  const { GET } = await import('./readme/fetch.js')
  const response = await GET(new Request('http://localhost/report'))
  assert.equal(await response.text(), 'id,total\n1,42.00\n')
  assert.equal(response.headers.get('content-disposition'), 'attachment; filename="report.csv"')
})
