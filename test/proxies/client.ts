import { type Agent, request } from 'node:http'

/** A reply as a client sees it. */
export interface Reply {
  readonly status: number
  /** The header lines in their order. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** The value of a header, several lines joined by a comma; `undefined` without one. */
  get(name: string): string | undefined
}

/** What a request has beside its target. */
export interface Ask {
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Keeps connections for more than one request. */
  readonly agent?: Agent | undefined
  /** Hears of each piece of the body as it comes. */
  readonly onPiece?: (() => void) | undefined
}

/** Sends one request, over a connection of its own unless there is an agent; its target goes as it is. */
export function ask(
  origin: string,
  target: string,
  { method = 'GET', headers, agent, onPiece }: Ask = {},
): Promise<Reply> {
  const { hostname: host, port } = new URL(origin)
  const signal = AbortSignal.timeout(PATIENCE)
  const options = {
    host,
    port,
    path: target,
    method,
    headers: { Host: 'localhost', ...headers },
    agent: agent ?? false,
    signal,
  }
  return new Promise((resolve, reject) => {
    const sent = request(options, (reply) => {
      const pieces: Buffer[] = []
      reply.on('data', (piece: Buffer) => {
        pieces.push(piece)
        onPiece?.()
      })
      // A body that broke off ends with an error.
      reply.on('error', reject)
      reply.on('end', () => {
        const fields = pairs(reply.rawHeaders)
        const get = (name: string) => valuesOf(fields, name)
        resolve({ status: reply.statusCode as number, fields, body: Buffer.concat(pieces), get })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** A test that waits for ever would tell nothing. */
const PATIENCE = 15_000

/** The headers of a reply that do not change with the clock or the connection, one text each. */
export function lasting({ fields }: Reply): string[] {
  const passing = ['connection', 'date', 'keep-alive', 'server', 'transfer-encoding']
  return fields
    .filter(([name]) => !passing.includes(name.toLowerCase()))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .sort()
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] as string] as const] : []))
}

function valuesOf(fields: Reply['fields'], name: string): string | undefined {
  const values = fields.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}
