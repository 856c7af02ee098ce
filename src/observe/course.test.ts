import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PermissionDeniedError } from '../errors.js'
import { DownloadCourse } from './course.js'
import type { DownloadEvent } from './event.js'

test('an error of the system is told by its code, and its path only to those who ask', () => {
  const error = Object.assign(new Error("ENOENT: no such file, open '/srv/secret'"), { code: 'ENOENT' })
  const event = failure(error)
  assert.equal(event.status, 500)
  assert.equal(event.code, 'ENOENT')
  assert.equal(event.error, error)
  assert.ok(!JSON.stringify(event).includes('/srv'), 'A path is in the log.')
  assert.ok(!('error' in { ...event }), 'A copy has the error.')
})

test('a refusal has its status, and what is no error at all is a fault without a name', () => {
  assert.deepEqual(
    [failure(new PermissionDeniedError()).status, failure(new PermissionDeniedError()).code],
    [403, 'PERMISSION_DENIED'],
  )
  assert.deepEqual([failure(null).status, failure(null).code], [500, 'UNKNOWN'])
})

test('a client that left before there was a reply has the status that nginx writes for it', () => {
  const events: DownloadEvent[] = []
  new DownloadCourse({ method: 'GET', url: '/a' }, (event) => void events.push(event)).end('aborted', 0)
  assert.equal(events[0]?.status, 499)
})

function failure(error: unknown): DownloadEvent {
  const events: DownloadEvent[] = []
  const course = new DownloadCourse({ method: 'GET', url: '/a?signature=b#c' }, (event) => void events.push(event))
  course.end('failed', 0, error)
  assert.equal(events[0]?.urlPath, '/a')
  return events[0] as DownloadEvent
}
