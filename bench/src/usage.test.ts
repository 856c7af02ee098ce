import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuOf, peakOf, usageOf } from './usage.js'

test('CPU is user and system time, whatever a program is called', () => {
  const rest = 'S 1 1 1 0 -1 4194560 100 0 0 0 150 50 7 7 20 0 11 0 999'
  assert.equal(cpuOf(`42 (node) ${rest}`), 2_000_000)
  assert.equal(cpuOf(`42 (my (odd) S 1 2 name) ${rest}`), 2_000_000)
})

test('memory is the peak, in bytes', () => {
  assert.equal(peakOf('VmPeak:\t  900 kB\nVmHWM:\t   12 kB\nVmRSS:\t   10 kB\n'), 12 * 1024)
})

test('processes of one kind are added up', () => {
  const own = { name: 'node', pid: process.pid }
  const [once, twice] = [usageOf([own]), usageOf([own, own])]
  assert.deepEqual(Object.keys(twice.cpu), ['node'])
  const { cpu } = twice
  assert.ok((cpu['node'] ?? 0) >= 2 * (once.cpu['node'] ?? 0), 'two processes use at least what one did twice')
})
