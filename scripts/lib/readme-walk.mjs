import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ended, root, run, start } from './run.mjs'

/**
 * Does what the README tells newcomers to do, in a project that has the packed package and its peers: writes its first
 * example, compiles it, starts it, and asks for a file. Only the port is another one.
 */
export async function walkReadme(project) {
  const port = await freePort()
  writeFileSync(join(project, 'app.ts'), firstExample().replace('listen(3000)', `listen(${port}, '127.0.0.1')`))
  await run('tsc', ['app.ts', ...COMPILER_OPTIONS], { cwd: project })
  mkdirSync(join(project, 'invoices'))
  writeFileSync(join(project, 'invoices', '7.pdf'), CONTENT)
  const app = start('node', ['app.js'], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    await assertServed(await replyOf(app, `http://127.0.0.1:${port}/invoices/7`))
  } finally {
    app.kill()
    await ended(app)
  }
  console.log('README: its first example compiles and serves a file, in a fresh application')
}

function firstExample() {
  const example = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
  assert.match(example ?? '', /listen\(3000\)/, 'the first example of the README starts no server')
  return example
}

const COMPILER_OPTIONS = ['--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext', '--types', 'node']

const CONTENT = '%PDF-1.4 an invoice'

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Asks until the application listens; one that has ended will not. */
async function replyOf(app, url) {
  while (app.exitCode === null) {
    const reply = await fetch(url, { headers: { 'X-User': 'alice' } }).catch(() => undefined)
    if (reply !== undefined) return reply
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The first example of the README has ended with exit code ${app.exitCode}.`)
}

async function assertServed(reply) {
  const { status, headers } = reply
  assert.deepEqual(
    { status, disposition: headers.get('content-disposition'), body: await reply.text() },
    { status: 200, disposition: 'attachment; filename="7.pdf"', body: CONTENT },
  )
}
