import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from './public-address.js'

test('addresses of the internet are public', () => {
  for (const address of ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '2001:4860:4860::8888']) {
    assert.equal(isPublicAddress(address), true, address)
  }
})

test('addresses that carry another one are not public', () => {
  for (const address of ['::ffff:8.8.8.8', '::ffff:127.0.0.1', '64:ff9b::8.8.8.8', '2002:808:808::']) {
    assert.equal(isPublicAddress(address), false, address)
  }
})

test('what is no address is not public', () => {
  for (const text of ['', 'localhost', '8.8.8', '8.8.8.8.8', 'fe80::1%eth0', '::g']) {
    assert.equal(isPublicAddress(text), false, text)
  }
})
