import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { type Document, deserialize, Long, serialize } from 'bson'

/**
 * A server that speaks as much of the wire protocol of MongoDB as a driver needs to find documents.
 *
 * It is no MongoDB, which no package repository has: it knows equality, `$and`, `$or`, `$in`, `$gt`, `$ne`, projections and
 * limits, and fails for anything else. What it does for certain is to take what the real driver sends.
 */
export class MongodbServer {
  /** The documents of each collection. */
  readonly collections = new Map<string, Document[]>()
  readonly #sockets = new Set<Socket>()
  readonly #server: Server = createServer((socket) => this.#serve(socket))

  static async start(): Promise<MongodbServer> {
    const server = new MongodbServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/test?directConnection=true`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A driver that goes away is no fault.
    socket.on('error', () => socket.destroy())
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
        const length = rest.readInt32LE(0)
        this.#answer(socket, rest.subarray(0, length))
        rest = rest.subarray(length)
      }
    })
  }

  #answer(socket: Socket, message: Buffer): void {
    const [requestId, operation] = [message.readInt32LE(4), message.readInt32LE(12)]
    if (operation === OP_MSG) socket.write(messageOf(requestId, this.#run(commandOf(message))))
    else if (operation === OP_QUERY) socket.write(replyOf(requestId, HELLO))
    else socket.destroy(new Error(`unknown operation ${operation}`))
  }

  #run(command: Document): Document {
    const [name = ''] = Object.keys(command)
    if (name === 'hello' || name === 'ismaster' || name === 'isMaster') return HELLO
    if (name === 'ping' || name === 'endSessions') return { ok: 1 }
    if (name === 'find') return this.#find(command)
    return failure(59, `no such command: ${name}`)
  }

  #find({ find, filter = {}, projection, limit = 0, $db }: Document): Document {
    try {
      const documents = this.collections.get(find) ?? []
      const found = documents.filter((document) => fits(document, filter))
      const firstBatch = (limit === 0 ? found : found.slice(0, Math.abs(limit))).map((it) => project(it, projection))
      return { cursor: { firstBatch, id: Long.ZERO, ns: `${$db}.${find}` }, ok: 1 }
    } catch (error) {
      return failure(2, String(error))
    }
  }
}

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

const HELLO: Document = {
  ...{ helloOk: true, isWritablePrimary: true, ismaster: true, readOnly: false, ok: 1 },
  ...{ maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000 },
  ...{ minWireVersion: 0, maxWireVersion: 21, connectionId: 1 },
}

function failure(code: number, errmsg: string): Document {
  return { ok: 0, code, errmsg }
}

/** Flags, then sections: only the body, kind 0, is sent by a driver that writes nothing. */
function commandOf(message: Buffer): Document {
  if (message[20] !== 0) throw new Error(`unknown section ${message[20]}`)
  return deserialize(message.subarray(21), { useBigInt64: true })
}

function messageOf(requestId: number, document: Document): Buffer {
  const head = Buffer.alloc(5)
  return framed(requestId, OP_MSG, [head, serialize(document)])
}

/** Flags, cursor, where it starts and how many documents there are. */
function replyOf(requestId: number, document: Document): Buffer {
  const head = Buffer.alloc(20)
  head.writeInt32LE(8, 0)
  head.writeInt32LE(1, 16)
  return framed(requestId, OP_REPLY, [head, serialize(document)])
}

function framed(requestId: number, operation: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(16)
  head.writeInt32LE(16 + body.length, 0)
  head.writeInt32LE(requestId, 8)
  head.writeInt32LE(operation, 12)
  return Buffer.concat([head, body])
}

function fits(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and') return condition.every((each: Document) => fits(document, each))
    if (name === '$or') return condition.some((each: Document) => fits(document, each))
    if (name.startsWith('$')) throw new Error(`unknown operator ${name}`)
    return fitsValue(document[name], condition)
  })
}

function fitsValue(value: unknown, condition: unknown): boolean {
  if (!isOperators(condition)) return isEqual(value, condition)
  return Object.entries(condition).every(([operator, operand]) => {
    if (operator === '$eq') return isEqual(value, operand)
    if (operator === '$ne') return !isEqual(value, operand)
    if (operator === '$in') return (operand as unknown[]).some((each) => isEqual(value, each))
    if (operator === '$gt') return (value as string) > (operand as string)
    throw new Error(`unknown operator ${operator}`)
  })
}

function isOperators(condition: unknown): condition is Record<string, unknown> {
  if (typeof condition !== 'object' || condition === null) return false
  return Object.keys(condition).some((name) => name.startsWith('$'))
}

/** As BSON has it: kind and bytes, but numbers by their value. */
function isEqual(one: unknown, other: unknown): boolean {
  if (isNumber(one) && isNumber(other)) return BigInt(one) === BigInt(other)
  return Buffer.compare(serialize({ value: one ?? null }), serialize({ value: other ?? null })) === 0
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value)
}

/** Inclusion or exclusion; `_id` comes along unless it is excluded. */
function project(document: Document, projection: Document | undefined): Document {
  const wanted = Object.entries(projection ?? {})
  if (wanted.length === 0) return document
  const includes = wanted.some(([name, value]) => name !== '_id' && Boolean(value))
  return Object.fromEntries(
    Object.entries(document).filter(([name]) => {
      const value = projection?.[name]
      return value === undefined ? !includes || name === '_id' : Boolean(value)
    }),
  )
}
