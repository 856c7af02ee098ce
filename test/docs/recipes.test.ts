import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { serving } from './listening.js'
import { startSwiftForExamples } from './swift-for-examples.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'recipes-')))
after(() => rm(folder, { recursive: true }))

/** Makes a folder of its own with files, and has the example look for it under the name of a variable. */
function folderOf(variable: string, files: Record<string, string | Uint8Array>): void {
  const root = join(folder, variable)
  for (const [name, content] of Object.entries({ '.': '', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    if (name !== '.') writeFileSync(join(root, name), content)
  }
  mkdirSync(root, { recursive: true })
  process.env[variable] = root
}

test('private media: users get what is theirs once they are logged in, and nothing else', async () => {
  folderOf('MEDIA', { 'ann/photo.txt': 'Ann', 'ann-marie/photo.txt': 'Ann-Marie' })
  const { app } = await import('./recipes/private-media.js')
  app.set('env', 'test')
  await serving(app, async (get) => {
    assert.equal((await get('/media/ann/photo.txt')).status, 403)
    const login = await get('/login/ann', { method: 'POST' })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const mine = await get('/media/ann/photo.txt', { headers: { cookie } })
    await assertDownloadResponse(mine, { content: 'Ann', attachment: false })
    for (const path of ['/media/ann-marie/photo.txt', '/media/ann', '/media/ann%2F..%2Fann-marie/photo.txt']) {
      assert.ok([403, 404].includes((await get(path, { headers: { cookie } })).status), path)
    }
  })
})

test('links in a mail: the link opens its ticket, also when a mailer counts clicks, and no other', async () => {
  folderOf('TICKETS', { '17.pdf': '%PDF-17', '18.pdf': '%PDF-18' })
  process.env['LINK_SECRET'] = 'a secret of thirty-two characters'
  const { app, ticketMail } = await import('./recipes/mail-links.js')
  app.set('env', 'test')
  const link = new URL(/https:\S+/.exec(ticketMail('17'))?.[0] ?? '')
  await serving(app, async (get) => {
    const path = link.pathname + link.search
    await assertDownloadResponse(get(`${path}&utm_source=mail`), { content: '%PDF-17', attachment: true })
    assert.equal((await get(path.replace('17', '18'))).status, 403)
    assert.equal((await get('/tickets/17.pdf')).status, 403)
  })
})

test('CSV: rows are quoted, no cell is a formula, and a HEAD asks for no row', async () => {
  const { app } = await import('./recipes/csv.js')
  const { orders } = await import('./recipes/setup/orders.js')
  const before = orders.asked
  await serving(app, async (get) => {
    const head = await get('/orders/2026.csv', { method: 'HEAD' })
    assert.equal(head.headers.get('content-type'), 'text/csv; charset=utf-8')
    assert.equal(orders.asked, before)
    const lines = [
      'order,customer,total',
      '1,"Müller, Ann",42',
      '2,"The ""Shop""",7.5',
      `3,"'=HYPERLINK(""http://evil.example"")",-1`,
      '',
    ]
    await assertDownloadResponse(get('/orders/2026.csv'), {
      content: lines.join('\r\n'),
      basename: 'orders-2026.csv',
    })
  })
})

test('exports: one is made for two who ask at once, and a broken download goes on in it', async () => {
  folderOf('EXPORTS', {})
  const { app } = await import('./recipes/exports.js')
  const { orders } = await import('./recipes/setup/orders.js')
  const before = orders.asked
  await serving(app, async (get) => {
    const [one, two] = await Promise.all([get('/exports/2026'), get('/exports/2026')])
    const text = await one.text()
    assert.equal(await two.text(), text)
    assert.equal(orders.asked, before + 1)
    const rest = await get('/exports/2026', {
      headers: { Range: 'bytes=10-', 'If-Range': one.headers.get('etag') ?? '' },
    })
    await assertDownloadResponse(rest, { status: 206, content: Buffer.from(text).subarray(10) })
    assert.equal((await get('/exports/2026', { headers: { 'x-user': 'bob' } })).status, 200)
    assert.equal(orders.asked, before + 2)
  })
})

test('video: a player gets the part that it seeks, and bytes that it has are not sent again', async () => {
  folderOf('FILMS', { 'film.mp4': Buffer.alloc(100_000, 'film') })
  const { app } = await import('./recipes/video.js')
  await serving(app, async (get) => {
    const address = /src="([^"]+)"/.exec(await (await get('/watch/film.mp4')).text())?.[1] ?? ''
    const part = await get(address, { headers: { Range: 'bytes=50000-' } })
    assert.equal(part.headers.get('content-range'), 'bytes 50000-99999/100000')
    await assertDownloadResponse(part, { status: 206, mimeType: 'video/mp4', attachment: false })
    const again = await get(address, { headers: { 'If-None-Match': part.headers.get('etag') ?? '' } })
    assert.equal(again.status, 304)
  })
})

test('counters: a download counts once, however many ranges it comes in', async () => {
  folderOf('RELEASES', { 'app.zip': '0123456789' })
  const { app, counts } = await import('./recipes/counters.js')
  await serving(app, async (get) => {
    for (const Range of ['bytes=0-4', 'bytes=5-', 'bytes=2-3'])
      await (await get('/releases/app.zip', { headers: { Range } })).text()
    await (await get('/releases/app.zip', { method: 'HEAD' })).text()
  })
  assert.equal(counts.get('app.zip'), 1)
})

test('limits: each user has his own downloads, and as many as he pays for', async () => {
  folderOf('MEDIA', { 'large.bin': Buffer.alloc(8 * 2 ** 20) })
  // Another example has read the variable already: this one is loaded only now.
  const { app } = await import('./recipes/limits.js')
  app.set('env', 'test')
  await serving(app, async (get) => {
    const begin = (user: string, plan: string) =>
      get('/media/large.bin', { headers: { 'x-user': user, 'x-plan': plan } })
    const open = [await begin('ann', 'free'), await begin('ann', 'free')]
    const refused = await begin('ann', 'free')
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '10'])
    open.push(await begin('bob', 'free'), await begin('ann', 'paid'))
    assert.deepEqual(
      open.map(({ status }) => status),
      [200, 200, 200, 200],
    )
    await Promise.all(open.map(({ body }) => body?.cancel()))
  })
})

test('large files: a small file comes from the application, and a large one from the bucket', async () => {
  const swift = await startSwiftForExamples('MEDIA_BUCKET')
  try {
    process.env['LARGE_FILE'] = '10'
    const { app, bucket } = await import('./recipes/large-files.js')
    app.set('env', 'test')
    await bucket.save('small.txt', 'small')
    await bucket.save('large.txt', 'rather large')
    await serving(app, async (get) => {
      await assertDownloadResponse(get('/media/small.txt'), { content: 'small', basename: 'small.txt' })
      const redirect = await get('/media/large.txt', { redirect: 'manual' })
      assert.equal(redirect.status, 302)
      const address = redirect.headers.get('location') ?? ''
      assert.equal(new URL(address).origin, new URL(swift.endpoint).origin)
      await assertDownloadResponse(fetch(address), { content: 'rather large', basename: 'large.txt' })
      assert.equal((await get('/media/missing.txt')).status, 404)
    })
    bucket.close()
  } finally {
    await swift.close()
  }
})
