import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scratchFolder } from '../support/scratch.js'
import { DIRECT, GOOD, PRIVATE, PUBLIC, REBINDING, REDIRECTS, type Seen } from './network/attacked.js'

/**
 * Addresses that users may have chosen, with the system's own resolver and real connections: in a network of its own,
 * where the addresses of the internet, of the cloud and of this machine all lead to one server that tells which was asked.
 */

const seen: Seen[] = []

before(async () => {
  const folder = await scratchFolder({ after: (work) => after(work as () => void) })
  const resolver = `${folder}/resolv.conf`
  writeFileSync(resolver, 'nameserver 127.0.0.1\noptions timeout:2 attempts:3\n')
  const program = fileURLToPath(new URL('network/inside.ts', import.meta.url))
  const node = [process.execPath, '--import', 'tsx', program].map((part) => `'${part}'`).join(' ')
  const commands = [
    'ip link set lo up',
    ...[...PUBLIC, ...PRIVATE].map((address) => `ip addr add ${address} dev lo`),
    `mount --bind '${resolver}' /etc/resolv.conf`,
    `exec ${node}`,
  ]
  const args = ['--map-root-user', '--net', '--mount', 'sh', '-c', commands.join(' && ')]
  const { stdout } = await promisify(execFile)('unshare', args, { cwd: ROOT, maxBuffer: 2 ** 26 })
  seen.push(
    ...stdout
      .trim()
      .split('\n')
      .map((line): Seen => JSON.parse(line)),
  )
})

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('CVE-2023-42282, CVE-2024-29415: an address that leads into the network', () => {
  test('CVE-2023-42282: public addresses are reached, so that the refusals mean something', () => {
    const bodies = GOOD.map((url) => seenOf(url)[0]?.body)
    assert.deepEqual(bodies, [`from ${V4}`, `from ${PUBLIC[1]}`, `from ${V4}`, `from ${PUBLIC[1]}`, `from ${V4}`])
  })

  test('CVE-2023-42282, CVE-2024-29415: no notation or name of an internal address is connected to', () => {
    for (const url of DIRECT) assertRefused(url, [])
  })

  test('CVE-2023-42282, CVE-2024-29415: no redirect from a public server leads to 169.254.0.0/16, or anywhere inside', () => {
    for (const url of REDIRECTS) assertRefused(url, [V4])
  })

  test('CVE-2024-29415: a name that leads elsewhere each time it is asked for never leads inside', () => {
    const outcomes = seenOf(REBINDING[0] as string)
    assert.equal(outcomes.length, REBINDING.length)
    for (const { status, body, connected } of outcomes) {
      assert.ok(status === 200 || status === 502, `${status}`)
      if (status === 200) assert.equal(body, `from ${V4}`)
      assertOutside(connected)
    }
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set([200, 502]), 'The name did not change.')
  })
})

/** As a socket for both families tells it. */
const V4 = `::ffff:${PUBLIC[0]}`

function seenOf(url: string): Seen[] {
  return seen.filter((each) => each.url === url)
}

function assertRefused(url: string, allowed: readonly string[]): void {
  const outcomes = seenOf(url)
  assert.ok(outcomes.length > 0, `${url} was not asked.`)
  for (const { status, body, connected } of outcomes) {
    assert.deepEqual([url, status, body], [url, 502, 'Bad Gateway\n'])
    assert.ok(
      connected.every((address) => allowed.includes(address)),
      `${url} led to ${connected.join(' ')}`,
    )
  }
}

function assertOutside(connected: readonly string[]): void {
  assert.ok(
    connected.every((address) => address === V4),
    `It led to ${connected.join(' ')}`,
  )
}
