import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { CHANGED } from './differences.js'

const FILES = {
  'secret.txt': 'secret',
  'invoices/7.pdf': '%PDF-7',
  'protected/report-2026.pdf': '%PDF-2026',
  'public/index.html': '<p>home',
  'public/docs/index.html': '<p>docs',
  'public/page.html': '<p>page',
  'public/a.txt': '0123456789',
  'public/a.txt.br': 'brotli',
  'public/a.txt.gz': 'gzip',
  'public/é b.txt': 'accent',
  'public/log.txt': 'one',
  'public/.env': 'dotfile',
}

/** Makes the folder that the examples look for their files in, and goes there until all tests have ended. */
export async function enterFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'migrate-')))
  const home = process.cwd()
  for (const [name, content] of Object.entries(FILES)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    utimesSync(path, CHANGED, CHANGED)
  }
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'public', 'link.txt'))
  process.chdir(folder)
  after(async () => {
    process.chdir(home)
    await rm(folder, { recursive: true })
  })
  return folder
}
