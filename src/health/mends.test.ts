import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mendsFor } from './mends.js'
import type { CheckedRule } from './rule.js'

const RULE: CheckedRule = {
  position: 1,
  backend: 'nginx',
  sourceDir: '/srv/files',
  files: '/srv/files',
  location: '/protected/',
}

test('nginx is told to add the headers that it drops, and never one that it keeps', () => {
  const mend = mendsFor('nginx').headers(RULE, ['Cache-Control', 'Vary'])
  assert.match(mend, /Look for .* that change Cache-Control\./)
  assert.match(mend, /In location \/protected\/ add `add_header Vary \$upstream_http_vary always;`/)
  assert.doesNotMatch(mend, /add_header Cache-Control/)
})

test('files of another server have no alias', () => {
  const remote = { ...RULE, sourceDir: undefined, files: 'https://objects.example/bucket' }
  assert.match(mendsFor('nginx').alias(remote), /`proxy_pass https:\/\/objects\.example\/bucket\/;`/)
  assert.match(mendsFor('nginx').permission(remote), /objects\.example/)
})
