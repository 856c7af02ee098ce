import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { INestApplication } from '@nestjs/common'
import { tsImport } from 'tsx/esm/api'
import ts from 'typescript'
import { rawRequest } from '../http/raw.js'

const project = fileURLToPath(new URL('../../docs/nestjs/tsconfig.json', import.meta.url))
const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-')))
const home = process.cwd()
for (const [name, text] of [
  ['invoices/7.pdf', '%PDF 7'],
  ['reports/latest.pdf', '%PDF latest'],
  ['reports/2025.pdf', '%PDF 2025'],
  ['reports/2024/may.pdf', '%PDF may'],
  ['reports/salaries/ann.pdf', '%PDF ann'],
] as const) {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}
// The examples look for their folders below the one that they are started in.
process.chdir(folder)

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the examples are well typed', () => {
  const { config } = ts.readConfigFile(project, ts.sys.readFile)
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, join(project, '..'), {}, project)
  assert.ok(fileNames.length > 0, 'No example was found.')
  const faults = [...errors, ...ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options))]
  assert.deepEqual(
    faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    [],
  )
})

test('the shortest example serves invoices', async () => {
  const { listen } = Server.prototype
  const listening = new Promise<Server>((resolve) => {
    Server.prototype.listen = function (this: Server, port: unknown, ...args: unknown[]) {
      assert.equal(port, 3000)
      this.once('listening', () => resolve(this))
      return Reflect.apply(listen, this, [0, '127.0.0.1', ...args.filter((arg) => typeof arg === 'function')])
    }
  })
  const [server] = await Promise.all([listening, example('application.ts')])
  Server.prototype.listen = listen
  try {
    const { port } = server.address() as { port: number }
    const reply = await rawRequest(`http://127.0.0.1:${port}`, { target: '/invoices/7' })
    assert.deepEqual([reply.status, String(reply.body)], [200, '%PDF 7'])
    assert.equal(reply.get('Content-Disposition'), 'attachment; filename="7.pdf"')
    const missing = await rawRequest(`http://127.0.0.1:${port}`, { target: '/invoices/8' })
    assert.deepEqual(JSON.parse(String(missing.body)), {
      statusCode: 404,
      message: 'File not found.',
      error: 'Not Found',
    })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

describe('the other forms', () => {
  test('return what the page says', async () => {
    const ask = await serving('FormsModule')
    for (const [target, body, disposition] of [
      ['/reports/below/2024/may.pdf', '%PDF may', 'attachment; filename="may.pdf"'],
      ['/reports/latest', '%PDF latest', 'attachment; filename="latest.pdf"'],
      ['/reports/2025', '%PDF 2025', 'attachment; filename="2025.pdf"'],
      ['/reports/2024/summary', 'Summary of 2024\n', 'attachment; filename="summary-2024.txt"'],
    ] as const) {
      const reply = await ask(target)
      assert.deepEqual(
        [reply.status, String(reply.body), reply.get('Content-Disposition')],
        [200, body, disposition],
        target,
      )
    }
  })

  test('know the user, and answer what is not there', async () => {
    const ask = await serving('FormsModule')
    assert.equal((await ask('/salaries/mine')).status, 403)
    assert.equal(String((await ask('/salaries/mine', { 'X-User': 'ann' })).body), '%PDF ann')
    const missing = await ask('/salaries/mine', { 'X-User': 'bob' })
    assert.deepEqual([missing.status, String(missing.body)], [404, 'There is no such document.'])
  })

  test('answer by the service', async () => {
    const reply = await (await serving('FormsModule'))('/answers/any')
    assert.deepEqual([String(reply.body), reply.get('X-Answered-By')], ['%PDF latest', 'hand'])
  })

  test('take their options from another module', async () => {
    const reply = await (await serving('ConfiguredModule'))('/reports/latest')
    assert.equal(reply.get('X-Accel-Redirect'), '/internal/reports/latest.pdf')
  })

  test('need no module', async () => {
    assert.equal(String((await (await serving('AloneModule'))('/alone')).body), 'No module needed.\n')
  })
})

/** Loads an example with the options of its own project. It gets packages of its own, too, and so starts by itself. */
function example(file: string): Promise<Record<string, unknown>> {
  return tsImport(join(project, '..', file), { parentURL: import.meta.url, tsconfig: project })
}

async function serving(name: string) {
  const { [name]: module, start } = await example('forms.ts')
  const app = await (start as (module: unknown) => Promise<INestApplication>)(module)
  after(() => app.close())
  await app.listen(0, '127.0.0.1')
  const origin = await app.getUrl()
  return (target: string, headers: Record<string, string> = {}) => rawRequest(origin, { target, headers })
}
