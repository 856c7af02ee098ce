import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DownloadError, FileChangedError, StorageError } from '../../src/errors.js'
import { type BodyFault, type ChaosPlan, ChaosStorage, type FetchFault } from '../../src/testing/index.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import type { Adapter } from '../adapters/servers.js'
import type { Reply } from '../adapters/site.js'
import { type UsedSite, useSite, watchForStrayErrors } from '../adapters/use.js'
import { eventually } from '../support/eventually.js'
import { BYTES, PiecesStorage, RemotePiecesStorage } from './pieces-storage.js'

/** As storages have it: what happened inside is in the cause. */
const failure = new StorageError('The storage is down.', { cause: new Error('/secret/path') })

/** What comes of a fault: a status, or a 200 that breaks off; and the code that the application is told, if any. */
interface Outcome {
  readonly status: number
  readonly isComplete: boolean
  readonly told?: unknown
}

/** An error reply. Below 500 it is an answer, of which only frameworks with error handlers of their own are told. */
const refused = (status: number, told?: unknown): Outcome => ({ status, isComplete: true, told })
/** The head was sent before the fault. */
const brokenOff = (told: unknown): Outcome => ({ status: 200, isComplete: false, told })
const whole: Outcome = { status: 200, isComplete: true }

const changed = new FileChangedError()

/** Faults of the bytes, wherever they come from. */
const IN_BODY: readonly (readonly [title: string, fault: BodyFault & { readonly calls?: number }, outcome: Outcome])[] =
  [
    ['an error before the first byte', { fault: 'fail', error: failure, after: 0 }, refused(500, failure)],
    ['an error after the first byte', { fault: 'fail', error: failure, after: 1 }, brokenOff(failure)],
    ['an error in the middle', { fault: 'fail', error: failure, after: 200_000 }, brokenOff(failure)],
    ['an error after the last byte', { fault: 'fail', error: failure, after: 'end' }, brokenOff(failure)],
    ['a body that ends before its first byte', { fault: 'truncate', after: 0 }, refused(500, 'BAD_BODY')],
    ['a body that is too short', { fault: 'truncate', after: BYTES.length - 1 }, brokenOff('BAD_BODY')],
    ['a body that is too long', { fault: 'extend', by: 1 }, brokenOff('BAD_BODY')],
    ['garbage in place of the first piece', { fault: 'garbage' }, refused(500, 'BAD_BODY')],
    ['garbage between pieces', { fault: 'garbage', after: 100_000 }, brokenOff('BAD_BODY')],
    ['empty pieces', { fault: 'empty-pieces' }, whole],
    ['a file that changed before it was opened, once', { fault: 'fail', error: changed, calls: 1, after: 0 }, whole],
    ['a file that changed while it was sent', { fault: 'fail', error: changed, after: 100_000 }, brokenOff(changed)],
  ]

const PLANS: readonly (readonly [title: string, plan: ChaosPlan, outcome: Outcome])[] = [
  ['a stat() that fails', { stat: { fault: 'fail', error: failure } }, refused(500, failure)],
  ['a file that was deleted before it was opened', { open: { fault: 'vanish' } }, refused(404)],
  ['a file that is another one each time', { open: { fault: 'fail', error: changed } }, refused(503, changed)],
  ['a size that is told too small', { stat: { fault: 'size', by: -1 } }, brokenOff('BAD_BODY')],
  ['a size that is told too large', { stat: { fault: 'size', by: 1 } }, brokenOff('BAD_BODY')],
  ...IN_BODY.map(([title, fault, outcome]) => [title, { open: fault }, outcome] as const),
]

const OF_FETCH: readonly (readonly [title: string, fault: FetchFault, outcome: Outcome])[] = [
  ['a fetch() that fails', { fault: 'fail', error: failure }, refused(500, failure)],
  ['a file that is not there', { fault: 'missing' }, refused(404)],
  ['a size that is told too small', { fault: 'size', by: -1 }, brokenOff('BAD_BODY')],
  ['a size that is told too large', { fault: 'size', by: 1 }, brokenOff('BAD_BODY')],
  ...IN_BODY,
]

/** Lets everything go wrong that can, and looks what comes of it. */
export function testFaults(adapter: Adapter): void {
  watchForStrayErrors()
  describe(adapter.name, () => {
    let storage: ChaosStorage
    const site = useSite(adapter, (request) => StorageDownloadView.asView({ storage, path: 'file.bin' })(request))

    for (const [title, plan, outcome] of PLANS) {
      test(`${title}: ${words(outcome)}`, async () => {
        const files = await PiecesStorage.filled()
        storage = new ChaosStorage(files, plan)
        await expectOutcome(site, outcome)
        await eventually(() => files.reading === 0, { what: 'The source was not let go of.' })
      })
    }

    for (const [title, fault, outcome] of OF_FETCH) {
      test(`of a storage elsewhere, ${title}: ${words(outcome)}`, async () => {
        const files = await RemotePiecesStorage.filled()
        storage = new ChaosStorage(files, { fetch: fault })
        await expectOutcome(site, outcome)
        await eventually(() => files.reading === 0, { what: 'The source was not let go of.' })
      })
    }

    for (const [title, plan] of [
      ['stalls in the middle', { open: { fault: 'stall', after: 100_000 } }],
      ['fails when it is let go of', { open: [{ fault: 'stall', after: 100_000 }, { fault: 'close' }] }],
      ['stalls in the middle of what fetch() gave', { fetch: { fault: 'stall', after: 100_000 } }],
    ] as const satisfies readonly (readonly [string, ChaosPlan])[]) {
      test(`a client that leaves a source that ${title} ends the reading, and is no fault`, async () => {
        const files = await ('fetch' in plan ? RemotePiecesStorage : PiecesStorage).filled()
        storage = new ChaosStorage(files, plan)
        site.forget()
        const incoming = await site.begin('/')
        for (let left = 100_000; left > 0; ) left -= (await incoming.next())?.length ?? left
        incoming.leave()
        await eventually(() => files.reading === 0, { what: 'The source was not let go of.' })
        await expectWellAgain(site)
      })
    }

    test('a client that leaves a source that never ends and does not listen is no fault, and delays nobody', async () => {
      storage = new ChaosStorage(await PiecesStorage.filled(), {
        open: [{ fault: 'stall', after: 100_000 }, { fault: 'deaf' }],
      })
      site.forget()
      const incoming = await site.begin('/')
      assert.ok(await incoming.next(), 'The body did not begin.')
      incoming.leave()
      await expectWellAgain(site)
    })

    async function expectWellAgain(site: UsedSite): Promise<void> {
      storage.plan()
      const reply = await site.ask('/')
      assert.deepEqual([reply.status, reply.isComplete, reply.body.length], [200, true, BYTES.length])
      assert.deepEqual([site.faults, site.handedOn], [[], []])
    }
  })
}

async function expectOutcome(site: UsedSite, { status, isComplete, told }: Outcome): Promise<void> {
  site.forget()
  // The connection may be cut before even the head has left.
  const reply: Partial<Reply> = await site.ask('/').catch(() => ({ isComplete: false }))
  assert.equal(reply.isComplete, isComplete)
  if (isComplete) assert.equal(reply.status, status)
  const body = reply.body ?? Buffer.alloc(0)
  if (status === 200) assert.ok(BYTES.subarray(0, body.length).equals(body), 'Other bytes than those of the file came.')
  else assert.doesNotMatch(`${body} ${reply.fields}`, /secret/)
  if (status !== 200) assert.equal(reply.get?.('Content-Disposition'), undefined)
  if (status === 200 && !isComplete) await eventually(() => site.faults.length > 0)
  const heard = [...site.faults, ...site.handedOn]
  if (told === undefined) assert.deepEqual(site.faults, [])
  else assert.equal(heard.length, 1, `It was told ${heard.length} times.`)
  if (typeof told === 'string') assert.equal((heard[0] as DownloadError).code, told)
  else if (told !== undefined) assert.equal(heard[0], told)
  if (!isComplete) assert.deepEqual(site.handedOn, [])
}

function words({ status, isComplete, told }: Outcome): string {
  const sent = isComplete ? (status === 200 ? 'sent whole' : String(status)) : 'broken off'
  return told === undefined ? sent : `${sent}, told once`
}
