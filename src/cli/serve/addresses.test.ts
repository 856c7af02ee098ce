import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, isOwnName, originsOf } from './addresses.js'

test('an address that only this computer can reach is told from the others', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) assert.equal(isLoopback(address), true)
  for (const address of ['0.0.0.0', '::', '192.168.0.1', '::ffff:10.0.0.1']) assert.equal(isLoopback(address), false)
})

test('addresses are written as browsers read them', () => {
  assert.deepEqual(originsOf({ address: '127.0.0.1', family: 'IPv4', port: 80 }), ['http://127.0.0.1:80'])
  assert.deepEqual(originsOf({ address: '::1', family: 'IPv6', port: 80 }), ['http://[::1]:80'])
})

test('a server that listens everywhere is reached by each address of this computer, the nearest first', () => {
  const origins = originsOf({ address: '0.0.0.0', family: 'IPv4', port: 80 })
  assert.equal(origins[0], 'http://127.0.0.1:80')
  assert.equal(
    origins.some((origin) => origin.includes('0.0.0.0') || origin.includes('[')),
    false,
  )
})

test('only addresses, localhost and the name that was given are names of a server on this computer', () => {
  for (const host of ['127.0.0.1:8000', '[::1]:8000', 'LOCALHOST', 'a.localhost:1', 'box.lan:8000', undefined]) {
    assert.equal(isOwnName(host, 'box.lan'), true, host)
  }
  for (const host of ['evil.example', 'localhost.evil.example:8000', 'notlocalhost', '127.0.0.1.evil.example', '']) {
    assert.equal(isOwnName(host, 'box.lan'), false, host)
  }
})
