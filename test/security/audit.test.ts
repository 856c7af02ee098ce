import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listen } from '../adapters/servers.js'
import { type ChildResult, ended, textOf } from '../support/child.js'
import { scratchFolder } from '../support/scratch.js'

/** `scripts/audit.mjs` by the real npm, asked about advisories at a registry of the test's own. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('an audit', () => {
  test('fails on a high advisory in what users get, and names the package, the advisory and the mend', async (context) => {
    const advisory = {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'Bad.',
      severity: 'high',
      vulnerable_versions: '<99.0.0',
      cwe: [],
    }
    const { code, output, errors } = await audit(context, registry({ undici: [advisory] }))
    assert.equal(code, 1, output + errors)
    assert.match(output, /advisories: asked, 1 high or critical/)
    assert.match(
      errors,
      /failed: undici .*: high: Bad\. \(https:\/\/advisories\.example\/1\)\. No version that fits is without it: raise /,
    )
  })

  test('passes a moderate advisory, and one in a tool of developers', async (context) => {
    const advisory = {
      id: 2,
      url: 'https://advisories.example/2',
      title: 'Bad.',
      vulnerable_versions: '<99.0.0',
      cwe: [],
    }
    const report = {
      undici: [{ ...advisory, severity: 'moderate' }],
      typescript: [{ ...advisory, severity: 'critical' }],
    }
    const { code, output, errors } = await audit(context, registry(report))
    assert.deepEqual([code, errors], [0, ''])
    assert.match(output, /advisories: asked, 0 high or critical/)
  })

  test('says that nothing was checked where the registry does not answer, and fails when that must not be', async (context) => {
    const silent: RequestListener = (_req, res) => void res.writeHead(405).end()
    const plain = await audit(context, silent)
    assert.equal(plain.code, 0, plain.errors)
    assert.match(plain.output, /advisories: NOT CHECKED: the registry gives no answer about advisories/)
    assert.doesNotMatch(plain.output, /http:/)
    const strict = await audit(context, silent, '--strict')
    assert.equal(strict.code, 1)
    assert.match(strict.errors, /NOT CHECKED/)
  })

  test('looks at every package that users get, and at none that they do not', async (context) => {
    const { dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'))
    const { output } = await audit(context, registry({}))
    const named = /production dependencies: (.*)/.exec(output)?.[1] ?? ''
    for (const name of Object.keys(dependencies)) assert.ok(named.includes(`${name}@`), name)
    assert.ok(named.includes('mime-db@'), 'What a dependency needs is looked at, too.')
    assert.ok(!named.includes('typescript@'), named)
  })
})

async function audit(
  context: Parameters<typeof scratchFolder>[0],
  listener: RequestListener,
  ...args: string[]
): Promise<Pick<ChildResult, 'code' | 'output' | 'errors'>> {
  const server = await listen(listener)
  try {
    const env = {
      ...process.env,
      npm_config_registry: server.origin,
      npm_config_cache: await scratchFolder(context),
      npm_config_update_notifier: 'false',
    }
    const child = spawn(process.execPath, ['scripts/audit.mjs', ...args], { cwd: ROOT, env })
    const [output, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)])
    return { code: child.exitCode, output, errors }
  } finally {
    await server.close()
  }
}

/** What a registry answers about advisories, and about the versions of a package that has one. */
function registry(advisories: object): RequestListener {
  return (req, res) => {
    res.setHeader('Content-Type', 'application/json')
    if (req.method === 'POST') return void res.end(JSON.stringify(advisories))
    const name = decodeURIComponent(req.url?.slice(1) ?? '')
    const versions = Object.fromEntries(['1.0.0', '99.0.0'].map((version) => [version, { name, version }]))
    res.end(JSON.stringify({ name, 'dist-tags': { latest: '99.0.0' }, versions }))
  }
}
