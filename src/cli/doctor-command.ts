import type { Command } from 'commander'
import { type NativeStatus, nativeStatus } from '../adapters/node/native/load.js'
import { createHealthChecks, DEFAULT_PATH } from '../health/health-checks.js'
import { type WrittenCanary, writeCanaries } from '../health/write-canaries.js'
import type { DownloadConfig } from '../middleware/config.js'
import { serverOf } from '../middleware/server.js'
import { formatReport } from './format-report.js'
import { loadConfig } from './load-config.js'

/** Adds `downloadview doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check on the live deployment that downloads arrive, and find the guilty part when they do not.')
    .option('--public <url>', 'the server, as clients reach it (default: from `server` of the configuration)')
    .option('--application <url>', 'the application behind it (default: from `server` of the configuration)')
    .option('--path <path>', "where the canaries' handler is mounted", DEFAULT_PATH)
    .option('--all', 'run every check, also where the whole chain is healthy')
    .option('--json', 'for programs')
    .option('--no-color', 'without colour')
    .addHelpText(
      'after',
      `\nExit codes: 0 healthy, 1 a fault, 2 wrong use.\n\nExample:\n  downloadview doctor --public https://www.example.com`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>()
      const config = await loadConfig(options.config)
      const checks = createHealthChecks({
        config,
        publicUrl: options.public ?? publicUrlOf(config),
        applicationUrl: options.application,
        path: options.path,
      })
      const notes = (await writeCanaries(config)).flatMap(noteOf)
      const report = await checks.run({ all: options.all })
      const native = nativeStatus()
      if (options.json) console.log(JSON.stringify({ ...report, notes, native }, null, 2))
      else {
        console.log(`Native sender: ${describeNative(native)}`)
        console.log(formatReport(report, { notes, color: options.color && hasColors() }))
      }
      if (!report.ok) process.exitCode = 1
    })
}

interface DoctorOptions {
  config?: string
  public?: string
  application?: string
  path: string
  all?: boolean
  json?: boolean
  color: boolean
}

function publicUrlOf(config: DownloadConfig): string {
  const { listen, serverNames } = serverOf(config)
  const [name = 'localhost'] = serverNames
  return `http://${name}:${listen.replace(/^.*:/, '')}`
}

function noteOf({ rule, name, outcome, error }: WrittenCanary): string[] {
  if (outcome !== 'failed') return []
  const reason = error instanceof Error ? error.message : String(error)
  return [`The ${name} canary of rule ${rule} could not be written from here: ${reason}`]
}

/** Of the doctor's own process; the application's is the same where it runs from the same folder and environment. */
function describeNative(status: NativeStatus): string {
  switch (status.state) {
    case 'active':
      return 'active'
    case 'off':
      return 'off by DOWNLOADVIEW_NATIVE=0'
    case 'not-built':
      return `not built for ${status.platform}`
    case 'failed':
      return `failed to load (${status.reason})`
  }
}

/** Not for a file or another program, and not against NO_COLOR, which Node looks at. */
function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors()
}
