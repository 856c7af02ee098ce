import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sessions } from './sessions.js'

const SECRET = 'a'.repeat(64)
const NOON = Date.UTC(2026, 0, 1, 12)
const HOUR = 60 * 60 * 1000

const at = (time: number, secret = SECRET) => new Sessions(secret, () => time)
const cookieOf = (header: string) => header.split(';', 1)[0] ?? ''
const alice = cookieOf(at(NOON).begin('alice'))
const userOf = (cookie: string | undefined, sessions = at(NOON)) =>
  sessions.userOf({ headers: cookie === undefined ? {} : { cookie } })

test('who has signed in is known again, beside other cookies', () => {
  assert.equal(userOf(alice), 'alice')
  assert.equal(userOf(`theme=dark; ${alice}; other=1`), 'alice')
})

test('nobody is known without a cookie', () => {
  for (const cookie of [undefined, '', 'theme=dark', 'downloadview-demo=']) assert.equal(userOf(cookie), undefined)
})

test('a session ends after a working day', () => {
  assert.equal(userOf(alice, at(NOON + 7.9 * HOUR)), 'alice')
  assert.equal(userOf(alice, at(NOON + 8 * HOUR)), undefined)
})

test('a cookie that was altered is worth nothing', () => {
  const [, user, expires, signature] = /=(\w+)\.(\d+)\.(.+)/.exec(alice) ?? []
  for (const value of [
    `bob.${expires}.${signature}`,
    `alice.${Number(expires) + 1}.${signature}`,
    `alice.${expires}.`,
    `alice.${expires}`,
    `alice.${expires}.${signature}A`,
    `alice.${expires}.${signature?.slice(0, -1)}`,
    `constructor.${expires}.${signature}`,
    `${user}`,
  ]) {
    assert.equal(userOf(`downloadview-demo=${value}`), undefined, value)
  }
})

test('the cookie of another site, with another secret, is worth nothing', () => {
  assert.equal(userOf(alice, at(NOON, 'b'.repeat(64))), undefined)
})

test('no script reads the cookie, and no other site sends it', () => {
  for (const header of [at(NOON).begin('bob'), at(NOON).end()]) {
    assert.match(header, /; Path=\/; HttpOnly; SameSite=Lax$/)
  }
})
