import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isStrong } from '../headers/etag.js'
import { ContentFile } from './content.js'

describe('ContentFile', () => {
  test('has a strong tag that comes from the bytes, whatever form they have', async () => {
    const text = 'é 😀'
    const forms = [text, Buffer.from(text), new Uint8Array(Buffer.from(`<${text}`)).subarray(1)]
    const tags = await Promise.all(forms.map(tagOf))
    assert.equal(new Set(tags).size, 1)
    assert.equal(isStrong(tags[0]), true)
  })

  test('has another tag for any other bytes', async () => {
    const tags = await Promise.all(['', 'a', 'b', 'ab', 'a\0', 'é', 'e\u0301'].map(tagOf))
    assert.equal(new Set(tags).size, tags.length)
  })

  test('keeps a tag that it was given', async () => {
    assert.equal((await new ContentFile('a', { etag: '"mine"' }).stat()).etag, '"mine"')
  })

  test('counts bytes and not characters', async () => {
    assert.equal((await new ContentFile('é😀').stat()).size, 6)
    assert.equal((await new ContentFile(new ArrayBuffer(9)).stat()).size, 9)
  })

  test('reads ranges, and tells all else that it was told', async () => {
    const modifiedTime = new Date(0)
    const file = new ContentFile('0123456789', { name: 'digits.txt', modifiedTime, contentType: 'text/x' })
    const chunks: Uint8Array[] = []
    for await (const chunk of file.open({ start: 2, end: 4 })) chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString(), '234')
    const stat = await file.stat()
    assert.deepEqual([file.name, stat.modifiedTime, stat.contentType], ['digits.txt', modifiedTime, 'text/x'])
  })
})

async function tagOf(content: string | Uint8Array): Promise<string> {
  return (await new ContentFile(content).stat()).etag ?? ''
}
