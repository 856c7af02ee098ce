import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { chmod, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { DownloadError } from '../../src/errors.js'
import { MAX_NAME_BYTES } from '../../src/headers/content-disposition.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { asNobody } from '../support/as-nobody.js'
import { scratchFolder } from '../support/scratch.js'

watchForStrayErrors()

const root = await scratchFolder({ after: (work) => after(work as () => void) })
const storage = new FileSystemStorage({ root })
const VIEWS = {
  PathDownloadView: PathDownloadView.asView({ root }),
  StorageDownloadView: StorageDownloadView.asView({ storage }),
}
const LONGEST = `${'n'.repeat(251)}.txt`
/** Each name is one that the system takes, and all of them together are more than it takes. */
const TOO_DEEP = Array.from({ length: 40 }, () => 'd'.repeat(200)).join('/')

/** What a file becomes between two requests. Each gives back what ends it. */
const TURNS: Readonly<Record<string, (path: string) => Promise<() => void>>> = {
  'a folder': async (path) => {
    mkdirSync(path)
    return () => rmSync(path, { recursive: true })
  },
  'a FIFO': async (path) => {
    execFileSync('mkfifo', [path])
    return () => rmSync(path)
  },
  'a link to itself': async (path) => {
    symlinkSync('turn.txt', path)
    return () => rmSync(path)
  },
  'a link out of the root': async (path) => {
    symlinkSync('/etc/hostname', path)
    return () => rmSync(path)
  },
  'a link to nothing': async (path) => {
    symlinkSync('nothing', path)
    return () => rmSync(path)
  },
  'a file that the process may not read': async (path) => {
    writeFileSync(path, 'secret', { mode: 0 })
    return () => rmSync(path)
  },
}

for (const [name, view] of Object.entries(VIEWS)) {
  describe(name, () => {
    test('a name of 255 bytes is served, and offered in as many as browsers can save', async () => {
      writeFileSync(join(root, LONGEST), 'long')
      const { origin } = await serve(view, { route: '/*path' })
      const reply = await rawRequest(origin, { target: `/${LONGEST}` })
      assert.deepEqual([reply.status, reply.body.toString()], [200, 'long'])
      const offered = `${'n'.repeat(MAX_NAME_BYTES - 4)}.txt`
      assert.equal(reply.get('Content-Disposition'), `attachment; filename="${offered}"`)
    })

    for (const [title, path] of [
      ['a name of 256 bytes', `${'n'.repeat(252)}.txt`],
      ['a name of letters that are more bytes than the system takes', 'é'.repeat(200)],
      ['a path that is longer than the system takes', `${TOO_DEEP}/file.txt`],
      ['a file below a file', `${LONGEST}/file.txt`],
    ] as const) {
      test(`${title} is a 404, and not told`, async () => {
        writeFileSync(join(root, LONGEST), 'long')
        const { origin, faults } = await serve(view, { route: '/*path' })
        const target = `/${path.split('/').map(encodeURIComponent).join('/')}`
        const reply = await rawRequest(origin, { target })
        assert.deepEqual([reply.status, reply.body.toString(), faults], [404, 'Not Found\n', []])
      })
    }

    for (const [title, make] of Object.entries(TURNS)) {
      test(`a file that was served before and is ${title} now is a 404, and is served again when it is back`, async () => {
        const path = join(root, 'turn.txt')
        writeFileSync(path, 'a file')
        const { origin, faults } = await serve(view, { route: '/*path' })
        const ask = async () => {
          const reply = await asNobody(() => rawRequest(origin, { target: '/turn.txt' }))
          return [reply.status, reply.body.toString()]
        }
        assert.deepEqual(await ask(), [200, 'a file'])
        await rename(path, `${path}.away`)
        const remove = await make(path)
        try {
          for (let round = 0; round < 3; round++) assert.deepEqual(await ask(), [404, 'Not Found\n'])
        } finally {
          remove()
        }
        await rename(`${path}.away`, path)
        assert.deepEqual(await ask(), [200, 'a file'])
        assert.deepEqual(faults, [])
        rmSync(path)
      })
    }

    test('a folder on the way that the process may not enter is a 404, and not told', async () => {
      mkdirSync(join(root, 'closed'), { recursive: true })
      writeFileSync(join(root, 'closed', 'file.txt'), 'secret')
      await chmod(join(root, 'closed'), 0)
      const { origin, faults } = await serve(view, { route: '/*path' })
      const reply = await asNobody(() => rawRequest(origin, { target: '/closed/file.txt' }))
      await chmod(join(root, 'closed'), 0o755)
      assert.deepEqual([reply.status, reply.body.toString(), faults], [404, 'Not Found\n', []])
    })
  })
}

describe('save()', () => {
  test('takes a name of 255 bytes', async () => {
    await storage.save(LONGEST, 'saved')
    assert.equal((await storage.stat(LONGEST))?.size, 5)
  })

  for (const [title, key] of [
    ['a name', 'n'.repeat(256)],
    ['a path', `${TOO_DEEP}/file.txt`],
  ] as const) {
    test(`of ${title} that is longer than the system takes says that it is no key, and leaves nothing behind`, async () => {
      const folder = join(root, 'save')
      const inFolder = new FileSystemStorage({ root: folder })
      await assert.rejects(inFolder.save(key, 'content'), (error) => {
        assert.ok(error instanceof DownloadError, String(error))
        assert.deepEqual([error.code, error.status], ['INVALID_KEY', 404])
        return true
      })
      assert.equal(existsSync(folder), false, 'A folder was made.')
    })
  }
})
