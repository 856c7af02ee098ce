/** A server that takes part. */
export interface Contender {
  readonly name: string
  /** How tables and charts call it. */
  readonly title: string
  readonly kind: 'limit' | 'ours' | 'peer' | 'proxy' | 'by hand'
  /** Its file in `contenders/`, without the ending. Default: its name. */
  readonly file?: string
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>
  /** `true` for one that answers by what it saw at its start, and never looks at the facts of a file again. */
  readonly blind?: boolean
}

const PLAIN = { DOWNLOADVIEW_NATIVE: '0' }

/** Servers of files. */
export const FILE_SERVERS: readonly Contender[] = [
  { name: 'memory', title: 'same bytes from memory', kind: 'limit' },
  { name: 'downloadview', title: 'downloadview', kind: 'ours' },
  { name: 'downloadview-js', title: 'downloadview, plain JavaScript', kind: 'ours', file: 'downloadview', env: PLAIN },
  { name: 'downloadview-express', title: 'downloadview on Express', kind: 'ours' },
  { name: 'downloadview-fastify', title: 'downloadview on Fastify', kind: 'ours' },
  { name: 'downloadview-hono', title: 'downloadview on Hono', kind: 'ours' },
  { name: 'send', title: 'send', kind: 'peer' },
  { name: 'sirv', title: 'sirv', kind: 'peer', blind: true },
  { name: 'express', title: 'Express res.download', kind: 'peer' },
  { name: 'fastify-static', title: '@fastify/static', kind: 'peer' },
  { name: 'koa-send', title: 'koa-send', kind: 'peer' },
  { name: 'hono', title: 'Hono serveStatic', kind: 'peer' },
  { name: 'srvx', title: 'srvx', kind: 'peer' },
  { name: 'pipe', title: 'createReadStream().pipe(res)', kind: 'peer' },
  { name: 'nginx', title: 'nginx', kind: 'proxy' },
  { name: 'nginx-x-accel-downloadview', title: 'downloadview behind nginx, X-Accel', kind: 'proxy' },
  { name: 'nginx-x-accel-hand', title: 'by hand behind nginx, X-Accel', kind: 'proxy' },
]

/** What it costs us not to send a file by ourselves, against what one would write by hand. */
export const PAIRS: readonly Contender[] = [
  { name: 'x-accel-downloadview', title: 'downloadview', kind: 'ours' },
  { name: 'x-accel-hand', title: 'by hand', kind: 'by hand' },
  { name: 'http-downloadview', title: 'downloadview', kind: 'ours' },
  { name: 'http-hand', title: 'by hand', kind: 'by hand' },
  { name: 'generated-downloadview', title: 'downloadview', kind: 'ours' },
  { name: 'generated-hand', title: 'by hand', kind: 'by hand' },
  { name: 's3-downloadview', title: 'downloadview', kind: 'ours' },
  { name: 's3-hand', title: 'by hand', kind: 'by hand' },
]

/** Finds a contender by its name. */
export function contender(name: string): Contender {
  const found = [...FILE_SERVERS, ...PAIRS].find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no contender "${name}".`)
  return found
}

/** The names of some kinds of file servers. */
export function namesOf(...kinds: readonly Contender['kind'][]): string[] {
  return FILE_SERVERS.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
}
