import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertXAccelRedirect, assertXSendfile } from 'downloadview/testing'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

/** Each page, and the end of the name of its destination. */
const PAGES = {
  'optimized-by-middleware': 'optimized-by-middleware',
  'optimized-by-decorator': 'optimized-by-decorator',
  modified_headers: 'modified-headers',
}

const EXPECTED = { contentType: 'text/plain; charset=utf-8', basename: 'hello-world.txt', attachment: true }

for (const [page, destination] of Object.entries(PAGES)) {
  test(`/nginx/${page}/ tells nginx where the file is`, async () => {
    const response = await get(`/nginx/${page}/`)
    await assertXAccelRedirect(response, {
      ...EXPECTED,
      charset: 'utf-8',
      redirectUrl: `/nginx-${destination}/hello-world.txt`,
    })
    for (const name of ['Expires', 'Buffering', 'Limit-Rate']) {
      assert.equal(response.headers.get(`X-Accel-${name}`), null, name)
    }
    await assertRest(response, page)
  })

  for (const server of ['apache', 'lighttpd']) {
    test(`/${server}/${page}/ tells ${server} where the file is`, async () => {
      const response = await get(`/${server}/${page}/`)
      const path = `/${server}-${destination}/hello-world.txt`
      assert.equal(response.headers.get('X-Sendfile'), path)
      await assertXSendfile(response, { ...EXPECTED, filePath: path })
      await assertRest(response, page)
    })
  }
}

async function assertRest(response: Response, page: string): Promise<void> {
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('X-Test'), page === 'modified_headers' ? 'header' : null)
  assert.equal(await response.text(), '')
}

const get = (path: string) => fetch(demo.origin + path)
