import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { addConfigCommand } from './config-command.js'
import { addDoctorCommand } from './doctor-command.js'
import { addExplainCommand } from './explain-command.js'
import { addServeCommand } from './serve-command.js'

/** Runs the command. Its exit code is 0 when all is well, 1 for a fault of the deployment, 2 for wrong use. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2
    // Commander has already written what it has to say.
    if (!(error instanceof CommanderError)) console.error(describe(error, args.includes('--debug')))
  }
}

function createProgram(): Command {
  const program = new Command('downloadview')
    .description('Hands downloads over to the server in front, checks that they arrive, and serves a folder by itself.')
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .option('--config <file>', 'the configuration (default: downloadview.config.ts, .mts, .js, .mjs or .json here)')
    .option('--debug', 'show where an error comes from')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  addConfigCommand(program)
  addExplainCommand(program)
  addDoctorCommand(program)
  addServeCommand(program)
  return program
}

function version(): string {
  // One step up from src/cli as well as from dist/cli.
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function describe(error: unknown, withStack: boolean): string {
  if (withStack) return `downloadview: ${inspect(error)}`
  return `downloadview: ${error instanceof Error ? error.message : String(error)}`
}
