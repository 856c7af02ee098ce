import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { noise } from '../adapters/fixtures.js'
import { RawConnection, writeRequest } from '../http/raw.js'
import { eventually } from '../support/eventually.js'
import { scratchFolder } from '../support/scratch.js'
import { faultyCalls, onSmallDisk, type Running, runApplication, type Told } from './running.js'

const { EIO, ENFILE, EDQUOT } = constants.errno
/** More than one piece, and more than what is held in memory of a file. */
const BYTES = noise(700_000)
const put = (body: string) => ({ method: 'PUT', body })

describe('save()', () => {
  test('on a full disk is a 507, keeps the old file, and leaves nothing behind', async (context) => {
    const root = await scratchFolder(context)
    const running = await runApplication(context, { root, within: onSmallDisk(root, '64k') })
    await expectOldKept(running, 'x'.repeat(200_000), { status: 507, code: 'STORAGE_FULL', reason: 'ENOSPC' })
  })

  test('beyond the largest file that the process may write is a 500, and leaves nothing behind', async (context) => {
    const root = await scratchFolder(context)
    const running = await runApplication(context, { root, within: ['prlimit', '--fsize=1000000'] })
    await expectOldKept(running, 'x'.repeat(1_200_000), { status: 500, code: 'STORAGE_FAILED', reason: 'EFBIG' })
  })

  for (const [title, call, number, expected] of [
    ['that cannot be written', 'write', EIO, { status: 500, code: 'STORAGE_FAILED', reason: 'EIO' }],
    ['that does not reach the disk', 'fsync', EIO, { status: 500, code: 'STORAGE_FAILED', reason: 'EIO' }],
    [
      'above what the user may have',
      'write',
      EDQUOT,
      { status: 507, code: 'STORAGE_FULL', reason: `Unknown system error -${EDQUOT}` },
    ],
    [
      'for which the system has no descriptor',
      'open',
      ENFILE,
      { status: 503, code: 'TOO_MANY_OPEN_FILES', reason: 'ENFILE' },
    ],
  ] as const) {
    test(`of a file ${title} is a ${expected.status}, keeps the old one, and leaves nothing behind`, async (context) => {
      const root = await scratchFolder(context)
      // Temporary files begin with a dot.
      const calls = faultyCalls('/.', number)
      const running = await runApplication(context, { root, env: calls.env })
      await expectOldKept(running, 'new', expected, { fail: () => calls.fail(call), mend: calls.mend })
    })
  }
})

describe('a file that cannot be read', () => {
  for (const [place, target] of [
    ['of a path', '/files/big.bin'],
    ['of a storage', '/stored/big.bin'],
  ] as const) {
    test(`${place} is a 500 before its first byte, breaks off later, and comes whole once the disk is well`, async (context) => {
      const root = await scratchFolder(context)
      writeFileSync(join(root, 'big.bin'), BYTES)
      const calls = faultyCalls('/big.bin', EIO)
      const running = await runApplication(context, { root, env: calls.env })
      calls.fail('read')
      const reply = await running.ask(target)
      assert.equal(reply.status, 500)
      assert.doesNotMatch(`${reply.fields} ${reply.body}`, /EIO|i\/o|big\.bin/i)
      await expectFault(running, 0, { status: 500, code: 'STORAGE_FAILED', reason: 'EIO' })
      calls.mend()
      assert.ok((await running.ask(target)).body.equals(BYTES), 'The bytes are not those of the file.')
      await eventually(async () => ((await running.command('/open')) as string[]).length === 0)
    })

    test(`${place} by now, while it is sent, breaks off and never looks whole`, async (context) => {
      const root = await scratchFolder(context)
      const large = noise(20_000_000)
      writeFileSync(join(root, 'big.bin'), large)
      const calls = faultyCalls('/big.bin', EIO)
      const running = await runApplication(context, { root, env: calls.env })
      const connection = await RawConnection.open(running.origin)
      context.after(() => connection.destroy())
      connection.send(writeRequest({ target }))
      assert.equal((await connection.head()).status, 200)
      calls.fail('read')
      const body = await connection.take(large.length)
      assert.ok(body.length < large.length, 'It looks whole.')
      assert.ok(large.subarray(0, body.length).equals(body), 'Other bytes than those of the file came.')
      await expectFault(running, 0, { status: 500, code: 'STORAGE_FAILED', reason: 'EIO' })
      await eventually(async () => ((await running.command('/open')) as string[]).length === 0)
    })
  }
})

/** Saves a small file, and then one that cannot be saved. */
async function expectOldKept(
  running: Running,
  content: string,
  expected: Partial<Told>,
  disk?: { fail(): void; mend(): void },
): Promise<void> {
  assert.equal((await running.ask('/save', put('old'))).status, 200)
  disk?.fail()
  const reply = await running.ask('/save', put(content))
  const { code, reason, message } = JSON.parse(reply.body.toString()) as Told
  assert.deepEqual({ status: reply.status, code, reason }, expected)
  assert.equal(message.includes('/'), false)
  disk?.mend()
  assert.equal((await running.ask('/stored/saved.bin')).body.toString(), 'old')
  assert.deepEqual(await running.command('/names'), ['saved.bin'])
  await eventually(async () => ((await running.command('/open')) as string[]).length === 0)
  assert.equal((await running.ask('/save', put('mended'))).status, 200)
  assert.equal((await running.ask('/stored/saved.bin')).body.toString(), 'mended')
  assert.deepEqual(running.errors, [])
}

async function expectFault(running: Running, index: number, expected: Partial<Told>): Promise<void> {
  await eventually(() => running.faults.length > index)
  const { status, code, reason } = running.faults[index] as Told
  assert.deepEqual({ status, code, reason }, expected)
  assert.equal(running.faults.length, index + 1)
}
