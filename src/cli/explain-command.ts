import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { DownloadFile } from '../files/file.js'
import { LocalFile } from '../files/local.js'
import { VirtualFile } from '../files/virtual.js'
import { plainRequest } from '../health/plain-request.js'
import type { DownloadConfig, Explanation } from '../middleware/config.js'
import { formatExplanation, SmartDownloadMiddleware } from '../middleware/smart.js'
import { DownloadResponse } from '../responses/download.js'
import { loadConfig } from './load-config.js'

/** Adds `downloadview explain`. */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description('Tell which rule hands a file over, or why none does.')
    .argument('<file>', 'path of a file, or the url that a storage gives it')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      '\nExamples:\n  downloadview explain /srv/files/report.pdf\n  downloadview explain /media/report.pdf',
    )
    .action(async (subject: string, _options, command: Command) => {
      const { config: name, json } = command.optsWithGlobals<ExplainOptions>()
      const config = await loadConfig(name)
      const explanation = await explain(subject, config)
      if (json) console.log(JSON.stringify(explanation, null, 2))
      else console.log(config.backend === 'none' ? streamedByBackend(explanation) : formatExplanation(explanation))
    })
}

interface ExplainOptions {
  config?: string
  json?: boolean
}

async function explain(subject: string, config: DownloadConfig): Promise<Explanation> {
  const response = new DownloadResponse(fileFor(subject, config))
  return new SmartDownloadMiddleware({ ...config, explain: false }).explain(response, plainRequest)
}

/** A path and a url may look the same: what is on the disk is a path, then what a rule knows is a url. */
function fileFor(subject: string, { rules }: DownloadConfig): DownloadFile {
  const path = resolve(subject)
  const isAddress = /^https?:\/\//.test(subject) || (!existsSync(path) && rules.some(isBelow))
  return isAddress ? new VirtualFile('', { url: subject, name: subject.replace(/[?#].*$/s, '') }) : LocalFile.at(path)

  function isBelow({ sourceUrl }: { sourceUrl?: string | undefined }): boolean {
    return sourceUrl ? subject.startsWith(sourceUrl) : false
  }
}

function streamedByBackend({ basename }: Explanation): string {
  return `downloadview: ${JSON.stringify(basename)} is streamed by the application\n  backend is 'none': no rule is asked`
}
