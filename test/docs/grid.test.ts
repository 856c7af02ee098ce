import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  type BackendName,
  ContentFile,
  type DownloadConfig,
  type DownloadFile,
  DownloadResponse,
  defineConfig,
  HttpFile,
  LocalFile,
  type Rule,
  SmartDownloadMiddleware,
  StorageFile,
  VirtualFile,
} from 'downloadview'
import { temporaryStorage, testRequest } from 'downloadview/testing'
import { root, writtenBy } from './quotes.js'

const storage = await temporaryStorage({ baseUrl: '/media/' })
after(() => storage.remove())
await storage.save('a.txt', 'a')

const DISK: readonly DownloadFile[] = [LocalFile.at(join(storage.root, 'a.txt')), new StorageFile(storage, 'a.txt')]
const ELSEWHERE = new HttpFile('https://files.example/a.txt')
const MADE = [new ContentFile('bytes', { name: 'a.txt' }), new VirtualFile('made', { name: 'a.txt' })]

/** What each row of the table says the files of its views are. */
const ROWS: Readonly<Record<string, { disk?: boolean; elsewhere?: boolean }>> = {
  '`PathDownloadView`, `sendfile()`': { disk: true },
  '`StorageDownloadView`': { disk: true, elsewhere: true },
  '`ObjectDownloadView` with a stored name': { disk: true, elsewhere: true },
  '`ObjectDownloadView` with bytes': {},
  '`HttpDownloadView`': { elsewhere: true },
  '`VirtualDownloadView`': {},
}

const BACKENDS = ['nginx', 'Apache', 'lighttpd', 'Caddy', 'LiteSpeed'] as const
const table = readFileSync(join(root, 'docs/hand-over/README.md'), 'utf8')

describe('the table of what can be handed over', () => {
  for (const title of BACKENDS) {
    const backend = title.toLowerCase() as BackendName

    test(`is right about ${title}`, async () => {
      const takesDisk = await isHandedOver(backend, diskRule(backend), DISK)
      const takesElsewhere = canBeWritten(backend) && (await isHandedOver(backend, remoteRule(backend), [ELSEWHERE]))
      for (const [view, { disk, elsewhere }] of Object.entries(ROWS)) {
        const kinds = [disk && takesDisk && 'disk', elsewhere && takesElsewhere && 'elsewhere'].filter(Boolean)
        assert.equal(cellOf(view, title), kinds.join(', ') || '—', view)
      }
    })

    test(`${title} gets nothing that was made for the request`, async () => {
      for (const file of MADE) assert.equal(await isHandedOver(backend, diskRule(backend), [file]), false)
    })
  }
})

async function isHandedOver(backend: BackendName, rule: Rule, files: readonly DownloadFile[]): Promise<boolean> {
  const middleware = new SmartDownloadMiddleware(configOf(backend, rule))
  const handedOver = await Promise.all(
    files.map(async (file) => (await middleware.explain(new DownloadResponse(file), testRequest())).handedOver),
  )
  assert.equal(new Set(handedOver).size, 1, 'It is the same for all files of a kind.')
  return handedOver[0] as boolean
}

function configOf(backend: BackendName, rule: Rule): DownloadConfig {
  return defineConfig({ backend, rules: [rule] })
}

function diskRule(backend: BackendName): Rule {
  const sourceDir = storage.root
  return (takesFolders(backend) ? { sourceDir } : { sourceDir, destinationUrl: '/protected/' }) as Rule
}

function remoteRule(backend: BackendName): Rule {
  const sourceUrl = 'https://files.example/'
  const target = takesFolders(backend) ? { destinationDir: sourceUrl } : { destinationUrl: '/protected/' }
  return { sourceUrl, ...target } as Rule
}

function takesFolders(backend: BackendName): boolean {
  return backend === 'apache' || backend === 'lighttpd'
}

/** Whether the command can tell the server how to read files of another one. */
function canBeWritten(backend: BackendName): boolean {
  try {
    return writtenBy(backend, configOf(backend, remoteRule(backend))).length > 0
  } catch {
    return false
  }
}

function cellOf(view: string, title: string): string | undefined {
  const [head = '', ...rows] = table.split('\n').filter((line) => line.startsWith('| '))
  const heads = [head, ...rows].find((line) => line.startsWith('| View |')) ?? ''
  const column = heads.split(' | ').findIndex((cell) => cell.replace(/ \|$/, '') === title)
  const row = rows.find((line) => line.startsWith(`| ${view} |`)) ?? ''
  return row.replace(/ \|$/, '').split(' | ')[column]
}
