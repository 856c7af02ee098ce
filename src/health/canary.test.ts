import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { MemoryStorage } from '../storages/memory.js'
import { CANARY_NAMES, canariesOf } from './canary.js'

const CONFIG = {
  backend: 'nginx',
  rules: [
    { sourceDir: '/srv/files', destinationUrl: '/a/' },
    { sourceDir: '/srv/files', sourceUrl: '/media/', destinationUrl: '/b/' },
    { sourceUrl: '/remote/', destinationUrl: '/c/' },
  ],
} as const

test('a canary is longer than 4 KiB, and no line of it is like another', () => {
  for (const { content } of allOf(CONFIG)) {
    const lines = Buffer.from(content).toString().trimEnd().split('\n')
    assert.ok(content.length >= 4096, `${content.length} bytes`)
    assert.equal(new Set(lines).size, lines.length)
  }
})

test('what the application sends itself is as long as the file, and differs from it', () => {
  for (const { content, streamed } of allOf(CONFIG)) {
    assert.equal(streamed.length, content.length)
    assert.ok(!Buffer.from(streamed).equals(content), 'They are the same.')
  }
})

test('every canary is another file, also where two rules have the same folder', () => {
  const paths = allOf(CONFIG).map(({ storage, key }) => storage?.path(key) ?? key)
  assert.equal(new Set(paths).size, 9)
})

test('a canary tells nothing of the server', () => {
  for (const { content } of allOf(CONFIG)) assert.ok(!Buffer.from(content).includes('srv'), 'It names the folder.')
})

test('files are looked for in the folder of the rule, or in the storage that was given for it', () => {
  const media = new MemoryStorage()
  const [first, second, third] = canariesOf(CONFIG, { storages: { 2: media } })
  assert.deepEqual([first?.plain.folder, second?.plain.folder], ['/srv/files', undefined])
  assert.equal(second?.plain.storage, media)
  assert.equal(third?.plain.storage, undefined)
})

test('a storage for a rule that does not exist is refused', () => {
  assert.throws(
    () => canariesOf(CONFIG, { storages: { 4: new MemoryStorage() } }),
    new ConfigurationError('storages: there is no rule 4. Rules count from 1 to 3.'),
  )
})

test('a configuration without rules is refused', () => {
  assert.throws(() => canariesOf({ backend: 'nginx', rules: [] }), ConfigurationError)
})

function allOf(config: Parameters<typeof canariesOf>[0]) {
  return canariesOf(config).flatMap((canaries) => CANARY_NAMES.map((name) => canaries[name]))
}
