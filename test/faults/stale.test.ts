import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { noise } from '../adapters/fixtures.js'
import { eventually } from '../support/eventually.js'
import { scratchFolder } from '../support/scratch.js'
import { faultyCalls, runApplication } from './running.js'

/** A file of a network disk that somebody else has replaced or deleted. */
const { ESTALE } = constants.errno
const BYTES = noise(700_000)

for (const [place, target] of [
  ['of a path', '/files/big.bin'],
  ['of a storage', '/stored/big.bin'],
] as const) {
  for (const call of ['open', 'read'] as const) {
    test(`a file ${place} whose handle is stale on ${call} is a 503 with Retry-After, and comes whole once it is not`, async (context) => {
      const root = await scratchFolder(context)
      writeFileSync(join(root, 'big.bin'), BYTES)
      const calls = faultyCalls('/big.bin', ESTALE)
      const running = await runApplication(context, { root, env: calls.env })
      calls.fail(call)
      const reply = await running.ask(target)
      assert.deepEqual([reply.status, reply.get('Retry-After')], [503, '1'])
      assert.doesNotMatch(`${reply.fields} ${reply.body}`, /stale|big\.bin/i)
      await eventually(() => running.faults.length === 1)
      assert.deepEqual(
        [running.faults[0]?.code, running.faults[0]?.reason],
        ['FILE_CHANGED', `Unknown system error -${ESTALE}`],
      )
      calls.mend()
      assert.ok((await running.ask(target)).body.equals(BYTES), 'The bytes are not those of the file.')
      await eventually(async () => ((await running.command('/open')) as string[]).length === 0)
    })
  }
}
