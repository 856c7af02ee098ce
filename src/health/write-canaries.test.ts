import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DownloadConfig } from '../middleware/config.js'
import { canariesOf } from './canary.js'
import { writeCanaries } from './write-canaries.js'

const base = mkdtempSync(join(tmpdir(), 'downloadview-canaries-'))
after(() => rmSync(base, { recursive: true, force: true }))

test('the canaries of every rule are written once', async () => {
  const config = configFor(folder('first'), folder('second'))
  assert.deepEqual(await outcomes(config), [
    '1 written',
    '1 written',
    '1 written',
    '2 written',
    '2 written',
    '2 written',
  ])
  const path = join(base, 'first/downloadview-canary/rule-1/canary é 100%25 a+b #1.txt')
  const { mtimeMs } = statSync(path)
  assert.deepEqual(readFileSync(path), canariesOf(config)[0]?.hostile.content)
  assert.deepEqual(new Set(await outcomes(config)), new Set(['1 present', '2 present']))
  assert.equal(statSync(path).mtimeMs, mtimeMs)
})

test('one with other bytes is written anew', async () => {
  const config = configFor(folder('changed'))
  await writeCanaries(config)
  const path = join(base, 'changed/downloadview-canary/rule-1/canary.txt')
  writeFileSync(path, 'old')
  assert.deepEqual(await outcomes(config), ['1 written', '1 present', '1 present'])
  assert.deepEqual(readFileSync(path), canariesOf(config)[0]?.plain.content)
})

test('a folder that a rule names by mistake is not made', async () => {
  const config = configFor(join(base, 'typo'))
  assert.deepEqual(new Set(await outcomes(config)), new Set(['1 failed ENOENT']))
  assert.equal(existsSync(join(base, 'typo')), false)
})

test('a rule without a folder asks for its storage', async () => {
  const [first] = await writeCanaries({ backend: 'nginx', rules: [{ sourceUrl: '/media/', destinationUrl: '/x/' }] })
  assert.equal(first?.outcome, 'failed')
  assert.match(String(first?.error), /Rule 1 has no sourceDir: give its storage as `storages: \{ 1: … \}`/)
})

function folder(name: string): string {
  mkdirSync(join(base, name))
  return join(base, name)
}

function configFor(...folders: string[]): DownloadConfig {
  return { backend: 'nginx', rules: folders.map((sourceDir, index) => ({ sourceDir, destinationUrl: `/x${index}/` })) }
}

async function outcomes(config: DownloadConfig): Promise<string[]> {
  const written = await writeCanaries(config)
  return written.map(({ rule, outcome, error }) => {
    const code = error instanceof Error && 'code' in error ? [String(error.code)] : []
    return [rule, outcome, ...code].join(' ')
  })
}
