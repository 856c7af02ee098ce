import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { DownloadFile } from '../../src/files/file.js'
import type { DownloadHandler } from '../../src/handler.js'
import { openFiles } from '../../src/storages/disk/open-files.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { asNobody } from '../support/as-nobody.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { scratchFolder } from '../support/scratch.js'

watchForStrayErrors()

const root = await scratchFolder({ after: (work) => after(work as () => void) })
const path = join(root, 'file.txt')
const OLD = 'the old file'

/** What can be where a file should. Each gives back what ends it. */
const PLACES: Readonly<Record<string, () => Promise<() => void>>> = {
  nothing: async () => () => {},
  'a folder': async () => {
    mkdirSync(path)
    return () => rmSync(path, { recursive: true })
  },
  'a FIFO that nobody writes to': async () => {
    execFileSync('mkfifo', [path])
    return () => rmSync(path)
  },
  'a socket': async () => {
    const server = createServer().listen(path)
    await once(server, 'listening')
    return () => server.close()
  },
  'a device': async () => {
    // Bound to a name below the root, as in a chroot; without the rights for that, a link is as much of a device.
    execFileSync('sh', ['-c', 'mknod "$0" c 1 5 || ln -s /dev/zero "$0"', path])
    return () => rmSync(path)
  },
  'a file without the right to read it': async () => {
    writeFileSync(path, OLD)
    chmodSync(path, 0)
    return () => rmSync(path)
  },
}

const VIEWS = {
  PathDownloadView: (change: () => void) => changing(PathDownloadView, { root, path: 'file.txt' }, change),
  StorageDownloadView: (change: () => void) =>
    changing(StorageDownloadView, { storage: new FileSystemStorage({ root }), path: 'file.txt' }, change),
}

for (const [view, create] of Object.entries(VIEWS)) {
  describe(view, () => {
    for (const [title, make] of Object.entries(PLACES)) {
      test(`${title} in place of the file is a 404 at once, and is not told`, async () => {
        const served = await serve(create(() => {}))
        const remove = await make()
        try {
          const reply = await asNobody(() => rawRequest(served.origin, { target: '/' }))
          assert.deepEqual([reply.status, reply.body.toString()], [404, 'Not Found\n'])
          assert.deepEqual(served.faults, [])
        } finally {
          remove()
        }
        await expectAllClosed()
      })

      if (title === 'nothing' || title.includes('without the right')) continue
      test(`${title} put in place of the file after it was described is never waited for`, async () => {
        writeFileSync(path, OLD)
        let remove = () => {}
        let made = Promise.resolve()
        const served = await serve(
          create(() => {
            rmSync(path)
            made = make().then((end) => {
              remove = end
            })
          }),
        )
        const reply = await rawRequest(served.origin, { target: '/' })
        await made
        try {
          // The file that was described may still be open.
          if (reply.status === 200) assert.deepEqual([reply.body.toString(), reply.isComplete], [OLD, true])
          else assert.equal(reply.status, 404)
          assert.deepEqual(served.faults, [])
        } finally {
          remove()
        }
        await expectAllClosed()
      })
    }

    for (const [title, change] of [
      ['cut', () => truncateSync(path, 3)],
      ['made longer', () => writeFileSync(path, `${OLD} and more`)],
      ['replaced', () => replace('the new file, which is longer')],
      ['deleted', () => rmSync(path)],
    ] as const) {
      test(`a file ${title} after it was described is sent as one version or not at all`, async () => {
        writeFileSync(path, OLD)
        const served = await serve(create(change))
        const reply = await rawRequest(served.origin, { target: '/' })
        const versions = [OLD, OLD.slice(0, 3), `${OLD} and more`, 'the new file, which is longer']
        if (reply.status === 200) {
          assert.ok(reply.isComplete, 'It broke off.')
          assert.ok(versions.includes(reply.body.toString()), reply.body.toString())
          assert.equal(reply.get('Content-Length'), String(reply.body.length))
          assert.ok(reply.get('ETag')?.startsWith(`"${reply.body.length.toString(16)}-`), reply.get('ETag'))
        } else assert.equal(reply.status, 404)
        assert.deepEqual(served.faults, [])
        rmSync(path, { force: true })
        await expectAllClosed()
      })
    }
  })
}

/** A view of which the file is changed once it is described. */
function changing(
  View: typeof PathDownloadView | typeof StorageDownloadView,
  options: object,
  change: () => void,
): DownloadHandler {
  const Changing = class extends (View as typeof PathDownloadView) {
    override async downloadResponse(file: DownloadFile) {
      const response = await super.downloadResponse(file)
      change()
      return response
    }
  }
  return Changing.asView(options)
}

function replace(content: string): void {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

async function expectAllClosed(): Promise<void> {
  await eventually(async () => {
    await openFiles.closeIdle()
    return openBelow(root).length === 0
  })
}
