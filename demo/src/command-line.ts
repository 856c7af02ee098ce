import { parseArgs } from 'node:util'
import type { BucketAddress } from './object-storage/object-storage.js'
import { SERVERS, type ServerName } from './proxy/servers.js'

/** What the demo is told when it starts. */
export interface CommandLine {
  readonly port: number
  readonly reset: boolean
  readonly databaseUrl: string | undefined
  /** A bucket of an object storage elsewhere. */
  readonly bucket: BucketAddress | undefined
  /** The server that is started in front. */
  readonly proxy: ServerName | undefined
}

/** Reads arguments and environment. Ends the process for `--help`, and for what it does not understand. */
export function parseCommandLine(args: string[], env: NodeJS.ProcessEnv): CommandLine {
  try {
    const { values } = parseArgs({
      args,
      options: {
        reset: { type: 'boolean' },
        proxy: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) return exit(0, console.log)
    return {
      port: parsePort(env['PORT']),
      reset: values.reset ?? false,
      databaseUrl: env['DATABASE_URL'] || undefined,
      bucket: parseBucket(env),
      proxy: parseProxy(values.proxy),
    }
  } catch (error) {
    console.error(`downloadview demo: ${(error as Error).message}\n`)
    return exit(2, console.error)
  }
}

const USAGE = `Usage: npm run demo [-- [--reset] [--proxy SERVER]]

  --reset       remove demo/data first, and start afresh
  --proxy       start a real server in front, and hand all files over to it: ${Object.keys(SERVERS).join(', ')}
  --help        show this

Environment:
  PORT          port on 127.0.0.1, 8000 if it is not set; 0 for any that is free
  DATABASE_URL  a PostgreSQL server, as postgres://user@host/name, in place of the embedded database.
                Needs \`npm install --no-save pg\`. --reset leaves it alone.
  S3_BUCKET     a bucket in place of the object storage that the demo starts for itself; --reset leaves it alone
  S3_ENDPOINT   address of its server, as https://host; Amazon's if it is not set
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION
                who asks, and where; as for every program of Amazon's, so that a profile or a role does as well`

function exit(code: number, print: (text: string) => void): never {
  print(USAGE)
  process.exit(code)
}

function parseProxy(name: string | undefined): ServerName | undefined {
  if (name === undefined || isServer(name)) return name
  throw new RangeError(`--proxy must be one of ${Object.keys(SERVERS).join(', ')}; got "${name}".`)
}

function parseBucket(env: NodeJS.ProcessEnv): BucketAddress | undefined {
  const [bucket, endpoint] = [env['S3_BUCKET'], env['S3_ENDPOINT'] || undefined]
  if (endpoint !== undefined && !/^https?:\/\/./.test(endpoint)) {
    throw new RangeError(`S3_ENDPOINT must be an address as https://host, got "${endpoint}".`)
  }
  if (!bucket && endpoint !== undefined) throw new RangeError('S3_ENDPOINT needs the name of a bucket: set S3_BUCKET.')
  return bucket ? { bucket, endpoint } : undefined
}

function isServer(name: string): name is ServerName {
  return Object.hasOwn(SERVERS, name)
}

function parsePort(text = '8000'): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port
  throw new RangeError(`PORT must be a number from 0 to 65535, got "${text}".`)
}
