import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createFixtures } from '../adapters/fixtures.js'
import { runChild } from '../support/child.js'

const fixtures = createFixtures()
after(() => fixtures.remove())

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOADER = 'src/adapters/node/native/load.ts'
const BUILT = 'native/build/Release/downloadview_sender.node'
const PACKED = `dist/native/${process.platform}-${process.arch}.node`

describe('the native part', () => {
  test('is active where it was built', async () => {
    assert.deepEqual(await statusIn(ROOT), { state: 'active' })
  })

  test('is turned off by DOWNLOADVIEW_NATIVE=0', async () => {
    assert.deepEqual(await statusIn(ROOT, "process.env.DOWNLOADVIEW_NATIVE = '0'"), { state: 'off' })
  })

  test('is there in a package that brings it along', async () => {
    const folder = copyOfPackage('packed')
    put(folder, PACKED, join(ROOT, BUILT))
    assert.deepEqual(await statusIn(folder), { state: 'active' })
  })

  test('is not there where nobody built it', async () => {
    const status = await statusIn(copyOfPackage('bare'))
    assert.deepEqual(status, { state: 'not-built', platform: `${process.platform}-${process.arch}` })
  })

  test('is not looked for on another platform', async () => {
    const status = await statusIn(ROOT, "Object.defineProperty(process, 'platform', { value: 'darwin' })")
    assert.deepEqual(status, { state: 'not-built', platform: `darwin-${process.arch}` })
  })

  test('says why it does not load, and nothing is thrown', async () => {
    const folder = copyOfPackage('broken')
    mkdirSync(dirname(join(folder, BUILT)), { recursive: true })
    writeFileSync(join(folder, BUILT), 'This is no library.')
    const { state, reason } = await statusIn(folder)
    assert.equal(state, 'failed')
    assert.match(reason, /file too short|invalid ELF header/)
  })
})

function copyOfPackage(name: string): string {
  const folder = join(fixtures.root, name)
  put(folder, LOADER, join(ROOT, LOADER))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  return folder
}

function put(folder: string, path: string, from: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  cpSync(from, join(folder, path))
}

/** Asks in a process of its own, since a process looks for it only once. */
async function statusIn(folder: string, first = ''): Promise<{ state: string; reason: string }> {
  const loader = pathToFileURL(join(folder, LOADER))
  const { output, errors } = await runChild(
    `${first}
    const { nativeStatus, nativeAddon } = await import('${loader}')
    const status = nativeStatus()
    if ((nativeAddon() !== undefined) !== (status.state === 'active')) throw new Error('They say different things.')
    console.log(JSON.stringify(status))`,
  )
  assert.equal(errors, '')
  return JSON.parse(output)
}
