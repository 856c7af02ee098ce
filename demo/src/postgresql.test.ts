import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import type { DatabaseServer } from '../../test/support/servers/database-server.js'
import { startPostgresql } from '../../test/support/servers/postgresql.js'
import { sunsetPng } from './seed/pictures.js'
import { type ServedDemo, serveDemo, signIn } from './testing/serve-demo.js'

let postgresql: DatabaseServer
let demo: ServedDemo
before(async () => {
  postgresql = await startPostgresql()
  demo = await serveDemo({ databaseUrl: postgresql.url })
})
after(async () => {
  await demo?.close()
  await postgresql?.stop()
})

const get = (path: string, options?: RequestInit) => fetch(demo.origin + path, options)

test('with a PostgreSQL server, bytes in rows and files that rows name are served as with the embedded database', async () => {
  const content = sunsetPng()
  const postcard = { basename: 'postcard.png', contentType: 'image/png', attachment: false, content }
  for (const place of ['row', 'disk']) await assertDownloadResponse(get(`/copies/${place}/postcard/`), postcard)
  const part = await get('/copies/row/postcard/', { headers: { Range: 'bytes=1000-1999' } })
  await assertDownloadResponse(part, { status: 206, content: content.subarray(1000, 2000) })
  assert.equal((await get('/object/default-file/hello-world/')).status, 200)
})

test('what a user uploads there is his own', async () => {
  const headers = await signIn(demo, 'alice')
  const form = new FormData()
  form.set('file', new Blob(['mine']), 'mine.txt')
  const uploaded = await get('/library/', { method: 'POST', body: form, headers, redirect: 'manual' })
  assert.equal(uploaded.status, 303)
  const address = `${uploaded.headers.get('Location')}download/`
  await assertDownloadResponse(get(address, { headers }), { basename: 'mine.txt', content: 'mine' })
  assert.equal((await get(address, { headers: await signIn(demo, 'bob') })).status, 404)
  assert.equal((await get(address, { redirect: 'manual' })).status, 404)
})

test('another demo finds what is there, and does not begin anew', async () => {
  const other = await serveDemo({ databaseUrl: postgresql.url })
  try {
    const page = await fetch(`${other.origin}/library/`, { headers: await signIn(other, 'alice') })
    assert.match(await page.text(), /mine\.txt/)
  } finally {
    await other.close()
  }
})
