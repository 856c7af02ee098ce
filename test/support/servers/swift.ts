import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProgram } from './program.js'
import { createBucket, isReady, type S3Server } from './s3.js'

/**
 * Starts OpenStack Swift with its S3 interface: a real server, in one process, with nothing in common with another.
 *
 * It checks signatures, answers several ranges at once, and knows no versions of objects, no conditions on uploads and
 * no `partNumber`.
 */
export async function startSwift(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'downloadview-swift-'))
  const program = await startProgram(PYTHON, [SERVER, folder])
  async function close() {
    await program.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [port] = await program.printed(/^\d+$/m)
    const address = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials: CREDENTIALS }
    await program.until(() => isReady(address))
    return { ...address, createBucket: () => createBucket(address), pids: [program.pid], close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Debian's own, which has Debian's packages. */
const PYTHON = '/usr/bin/python3'
const SERVER = fileURLToPath(new URL('swift-server.py', import.meta.url))

/** The user of tempauth in the configuration of the server. */
const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' }
