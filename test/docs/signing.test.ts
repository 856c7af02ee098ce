import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testRequest } from 'downloadview/testing'
import { servingExample } from './serving-example.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'signing-')))
const home = process.cwd()

before(async () => {
  await mkdir(join(folder, 'media'))
  await writeFile(join(folder, 'media', 'annual report.pdf'), '%PDF-2026')
  // The examples look for their folders below the one that they are started in, and write there.
  process.chdir(folder)
  process.env['LINK_SECRET'] = 'x'.repeat(32)
})

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the shortest example gives a file to whoever has its link', async () => {
  await servingExample('./signing/application.js', async (origin) => {
    const link = await (await fetch(`${origin}/link`)).text()
    assert.match(link, /^\/media\/annual%20report\.pdf\?expires=\d+&signature=[\w-]{43}$/)
    const reply = await fetch(origin + link)
    assert.equal(await reply.text(), '%PDF-2026')
    assert.match(reply.headers.get('content-disposition') ?? '', /^attachment; .*''annual%20report\.pdf$/)
    assert.equal((await fetch(`${origin}/media/annual%20report.pdf`)).status, 403)
    assert.equal((await fetch(`${origin}${link}&x=1`)).status, 403)
  })
})

test('the other forms of links are what the page says of them', async () => {
  const { signer, upload, shown, mine, view } = await import('./signing/forms.js')
  assert.match(upload, /^\/media\/new\.pdf\?folder=7&expires=/)
  assert.equal(signer.verify(upload, { method: 'PUT' }).disposition, undefined)
  assert.match(shown, /^https:\/\/files\.example\/media\/a%20b\.pdf\?expires=\d+&disposition=inline&signature=/)
  assert.equal(signer.verify(shown).disposition, 'inline')
  assert.equal(signer.verify(mine as string, { user: 'ann' }).disposition, 'attachment')
  for (const headers of [{ 'x-user': 'bob' }, {}]) {
    const request = testRequest({ url: mine as string, headers: new Headers(headers), params: { path: 'salary.pdf' } })
    await assert.rejects(async () => view(request), { name: 'PermissionDeniedError' })
  }
})

test('the example for nginx makes links, and a file that nobody else may read', async () => {
  const { links } = await import('./signing/nginx.js')
  assert.match(links.url('a b.pdf') as string, /^\/media\/a%20b\.pdf\?expires=\d+&disposition=attachment&key=/)
  assert.match(await readFile('links.conf', 'utf8'), /location \^~ \/media\/ \{/)
  assert.equal((await stat('links.conf')).mode & 0o777, 0o600)
})

test('the example for lighttpd makes links, and a script that nobody else may read', async () => {
  const { links } = await import('./signing/lighttpd.js')
  assert.match(links.url('a b.pdf') as string, /^\/media\/[\w-]{43}\/[0-9a-f]{8}\/a%20b\.pdf$/)
  assert.ok((await readFile('links.conf', 'utf8')).includes(`"${join(folder, 'links.lua')}"`), 'the script is not run')
  assert.match(await readFile('links.lua', 'utf8'), /files = "\/srv\/media"/)
  assert.equal((await stat('links.lua')).mode & 0o777, 0o600)
})
