import { createSocket, type Socket } from 'node:dgram'

/** The addresses that a name has: the next list each time that it is asked for, the last one for good. */
export type Names = Readonly<Record<string, readonly (readonly string[])[]>>

/** Starts a name server. Its answers may not be kept, so that each connection asks anew. */
export async function startNameServer(names: Names): Promise<Socket> {
  const asked = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => socket.send(answer(query, names, asked), port, address))
  await new Promise<void>((resolve) => socket.bind(53, '127.0.0.1', resolve))
  return socket
}

/** RFC 1035, 4: a header of 12 bytes, the question as it came, and one record for each address of the type asked for. */
function answer(query: Buffer, names: Names, asked: Map<string, number>): Buffer {
  const { name, type, end } = questionOf(query)
  const lists = names[name]
  const key = `${name} ${type}`
  const turn = asked.get(key) ?? 0
  asked.set(key, turn + 1)
  const addresses = lists?.[Math.min(turn, lists.length - 1)] ?? []
  const records = addresses
    .filter((address) => (type === A ? !address.includes(':') : type === AAAA && address.includes(':')))
    .map((address) => recordOf(type, address))
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(lists === undefined ? NO_SUCH_NAME : FOUND, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return Buffer.concat([header, query.subarray(12, end), ...records])
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** A pointer to the name of the question, type, class IN, no time to live, and the address. */
function recordOf(type: number, address: string): Buffer {
  const bytes = type === A ? Buffer.from(address.split('.').map(Number)) : bytesOfV6(address)
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length])
  return Buffer.concat([head, bytes])
}

/** Of an address with at most one `::`, and no dots. */
function bytesOfV6(address: string): Buffer {
  const [left = '', right = ''] = address.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean)
  const missing = 8 - groups(left).length - groups(right).length
  const all = [...groups(left), ...Array<string>(missing).fill('0'), ...groups(right)]
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]))
}

const A = 1
const AAAA = 28
/** Answered, with authority, recursion as asked for. */
const FOUND = 0x8580
const NO_SUCH_NAME = 0x8583
