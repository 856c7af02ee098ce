import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { loadConfig } from './load-config.js'

const folder = mkdtempSync(join(tmpdir(), 'downloadview-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const CONFIG = { backend: 'nginx', rules: [{ sourceDir: '/srv/files', destinationUrl: '/protected/' }] }
const JSON_TEXT = JSON.stringify(CONFIG)
const TYPED = new URL('../index.ts', import.meta.url).href

describe('a configuration is read from', () => {
  const files = {
    'typed.ts': `import { type DownloadConfig, defineConfig } from '${TYPED}'
      const backend: DownloadConfig['backend'] = 'nginx'
      export default defineConfig({ ...(${JSON_TEXT} as const), backend })`,
    'module.mts': `export default ${JSON_TEXT} satisfies object`,
    'awaited.mjs': `export default await Promise.resolve(${JSON_TEXT})`,
    'common.js': `module.exports = ${JSON_TEXT}`,
    'plain.json': JSON_TEXT,
  }
  for (const [name, text] of Object.entries(files)) {
    test(name, async () => assert.deepEqual(await load(name, text), CONFIG))
  }
})

describe('what cannot work is told in one line with the file and the mend:', () => {
  const files: [name: string, text: string | undefined, line: RegExp][] = [
    ['syntax.ts', 'const a = 1\n\nexport default { backend: as }}', /^ParseError: .* in line 3$/],
    ['syntax.json', '{ "backend": nginx }', /Unexpected token/],
    ['throws.ts', "throw new Error('The database is gone.')", /^The database is gone\.$/],
    ['text.ts', "throw 'No database.'", /^No database\.$/],
    ['import.ts', "import 'no-such-package'\nexport default {}", /^Cannot find module 'no-such-package'$/],
    ['nothing.ts', 'export const config = {}', /^it exports no configuration\. Write `export default defineConfig/],
    ['null.json', 'null', /^it exports no configuration/],
    ['defined.ts', definedWrongly(), /^rule 1: "limitrate" is no option of a rule for nginx\. There are: /],
    ['missing.ts', undefined, /^there is no such file\. Correct --config\.$/],
  ]
  for (const [name, text, line] of files) {
    test(name, async () => {
      await assert.rejects(load(name, text), (error) => {
        assert.ok(error instanceof ConfigurationError, String(error))
        const prefix = `${join(folder, name)}: `
        assert.equal(error.message.slice(0, prefix.length), prefix)
        assert.match(error.message.slice(prefix.length), line)
        assert.equal(error.message.split('\n').length, 1)
        return true
      })
    })
  }
})

function load(name: string, text: string | undefined): Promise<unknown> {
  const file = join(folder, name)
  if (text !== undefined) writeFileSync(file, text)
  return loadConfig(file)
}

/** Throws where it is defined, by another copy of the library. */
function definedWrongly(): string {
  const rule = "{ sourceDir: '/srv', destinationUrl: '/x/', limitrate: 1 }"
  return `import { defineConfig } from '${TYPED}'\nexport default defineConfig({ backend: 'nginx', rules: [${rule}] })`
}
