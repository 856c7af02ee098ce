import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ConfigurationError } from '../errors.js'
import { formatMoment, visible } from './serve/format.js'
import { createProgress } from './serve/progress.js'
import { readSecrets } from './serve/secrets.js'
import { type FolderServer, startServer } from './serve/server.js'
import { endedBySignal } from './serve/signals.js'

/** Adds `downloadview serve`. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Offer the files of a folder as downloads.')
    .argument('<folder>', 'the folder; nothing outside it is ever sent')
    .option('--port <number>', 'where to listen; 0 finds a free port', wholeNumber(0, 65_535), 8000)
    .option('--host <address>', 'who may ask: 0.0.0.0 lets the whole network', '127.0.0.1')
    .option('--inline', 'let browsers show files instead of saving them; pages and drawings run no scripts')
    .addOption(new Option('--index', 'show index.html in place of the list of its folder').conflicts('signed'))
    .option('--dotfiles', 'also offer what begins with a dot')
    .option('--signed', 'let only those in who have a link, which ends after a while')
    .addOption(
      new Option('--expires <seconds>', 'how long links are good; implies --signed (default: 86400, which is a day)')
        .argParser(wholeNumber(1, 315_576_000))
        .implies({ signed: true }),
    )
    .addOption(
      new Option(
        '--secret-file <file>',
        'sign with the secret in this file, so that links outlast a restart; implies --signed',
      ).implies({ signed: true }),
    )
    .addHelpText('after', HELP)
    .action(async (folder: string, _options, command: Command) => {
      process.exitCode = await serve(folder, command.optsWithGlobals<ServeOptions>())
    })
}

async function serve(folder: string, options: ServeOptions): Promise<number> {
  const root = await checkedFolder(folder)
  // Where the reader of our lines has gone, downloads go on.
  process.stdout.on('error', () => {})
  const progress = createProgress(process.stdout)
  const { signed, expires = DAY, secretFile } = options
  const server = await startServer({
    root,
    host: options.host,
    port: options.port,
    attachment: !options.inline,
    index: options.index ? 'index.html' : undefined,
    dotfiles: options.dotfiles ? 'allow' : 'deny',
    signing: signed ? { secrets: await readSecrets(secretFile, root), expiresIn: expires } : undefined,
    progress,
  })
  for (const line of greeting(root, server)) console.log(line)
  if (server.isOpen) console.error(warning(signed))
  const code = await endedBySignal(server, (line) => progress.note(line))
  progress.close()
  return code
}

interface ServeOptions {
  port: number
  host: string
  inline?: boolean
  index?: boolean
  dotfiles?: boolean
  signed?: boolean
  expires?: number
  secretFile?: string
}

const DAY = 86_400

const HELP = `
With --signed, a link to a folder is good for all that lies below it, and one to a file for that file alone.

Ctrl-C lets running downloads end, for 5 seconds at most; pressed again, it ends at once.
Exit codes: 0 all downloads had ended, 1 some were broken off, 2 wrong use.

Examples:
  downloadview serve .
  downloadview serve photos --inline --port 0
  downloadview serve reports --host 0.0.0.0 --signed --expires 3600`

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`)
  }
}

async function checkedFolder(folder: string): Promise<string> {
  const root = resolve(folder)
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such folder' : error.message
    throw new ConfigurationError(`${visible(root)}: ${reason}. Name the folder to serve.`, { cause: error })
  })
  if (found.isDirectory()) return root
  throw new ConfigurationError(`${visible(root)}: this is no folder. Name the folder that it lies in.`)
}

function greeting(root: string, { links, expires }: FolderServer): string[] {
  const until = expires === undefined ? '' : `, by links that are good until ${formatMoment(expires)}`
  return [`Serving ${visible(root)}${until}`, ...links.map((link) => `  ${link}`), 'Ctrl-C ends it.']
}

function warning(signed: boolean | undefined): string {
  return signed
    ? 'Warning: this is open to the network, and not encrypted: who listens there can read files and links.'
    : 'Warning: this is open to the network: everybody there can have every file. Use --signed, or leave --host away.'
}
