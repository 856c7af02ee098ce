import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Http2ServerResponse } from 'node:http2'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { fieldsOf } from './header-fields.js'

test('what is written to the fields of a response is as if it had been set', () => {
  const [response, expected] = [responseOf(), responseOf()]
  for (const each of [response, expected]) each.setHeader('X-Before', 'a')
  const fields = fieldsOf(response)
  assert.ok(fields, 'This Node keeps its fields elsewhere: find out where, or take setHeader() for granted.')
  fields['content-type'] = ['Content-Type', 'text/plain']
  fields['x-before'] = ['X-Before', 'b']
  expected.setHeader('Content-Type', 'text/plain').setHeader('X-Before', 'b')
  assert.deepEqual(response.getHeaders(), expected.getHeaders())
  assert.equal(response.hasHeader('CONTENT-TYPE'), true)
  response.removeHeader('Content-Type')
  assert.equal(response.getHeader('Content-Type'), undefined)
  assert.equal(headOf(response), headOf(expected).replace('Content-Type: text/plain\r\n', ''))
})

test('each response has fields of its own', () => {
  const [one, other] = [responseOf(), responseOf()]
  Object.assign(fieldsOf(one) ?? {}, { 'x-one': ['X-One', '1'] })
  assert.deepEqual(Object.keys(fieldsOf(other) ?? {}), [])
})

test('whoever hears of each field goes on to hear of it', () => {
  const response = responseOf()
  response.setHeader = ServerResponse.prototype.setHeader.bind(response)
  assert.equal(fieldsOf(response), undefined)
})

test('whoever heard of each field before this module was loaded goes on to hear of it', () => {
  const script = `
    const { IncomingMessage, ServerResponse } = await import('node:http')
    const { setHeader } = ServerResponse.prototype
    ServerResponse.prototype.setHeader = function (...given) { return setHeader.apply(this, given) }
    const { fieldsOf } = await import(${JSON.stringify(new URL('./header-fields.js', import.meta.url).href)})
    console.log(fieldsOf(new ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  assert.equal(String(stdout).trim(), 'undefined', String(stderr))
})

test('a response of HTTP/2 keeps its fields in its own way', () => {
  assert.equal(fieldsOf(Object.create(Http2ServerResponse.prototype)), undefined)
})

function responseOf(): ServerResponse {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = new ServerResponse(request)
  response.sendDate = false
  return response
}

function headOf(response: ServerResponse): string {
  response.writeHead(200)
  return (response as unknown as { _header: string })._header
}
