import { writeFile } from 'node:fs/promises'
import { Argument, type Command } from 'commander'
import { ConfigurationError } from '../errors.js'
import { apacheConfig } from '../middleware/apache/config.js'
import { caddyConfig } from '../middleware/caddy/config.js'
import type { DownloadConfig } from '../middleware/config.js'
import { lighttpdConfig } from '../middleware/lighttpd/config.js'
import { nginxConfig } from '../middleware/nginx/config.js'
import { loadConfig } from './load-config.js'

/** Adds `downloadview config`. */
export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('Write the configuration of the server in front.')
    .addArgument(new Argument('<server>', 'which server').choices(Object.keys(WRITERS)))
    .option('--output <file>', 'write it there instead of to the terminal')
    .addHelpText('after', '\nExample:\n  downloadview config nginx --output /etc/nginx/conf.d/downloads.conf')
    .action(async (server: ServerName, _options, command: Command) => {
      const { config, output } = command.optsWithGlobals<ConfigOptions>()
      const text = WRITERS[server](await loadConfig(config))
      if (output === undefined) process.stdout.write(text)
      else await write(output, text)
    })
}

async function write(output: string, text: string): Promise<void> {
  try {
    await writeFile(output, text)
  } catch (error) {
    throw new ConfigurationError(`--output ${output}: ${(error as Error).message}`, { cause: error })
  }
}

interface ConfigOptions {
  config?: string
  output?: string
}

const WRITERS = { nginx: nginxConfig, apache: apacheConfig, lighttpd: lighttpdConfig, caddy: caddyConfig } satisfies {
  [server: string]: (config: DownloadConfig) => string
}

type ServerName = keyof typeof WRITERS
