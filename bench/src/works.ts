import { FILE_SERVERS, namesOf } from './contenders.js'
import { contentOf, KIB, MIB, SIZES, smallName } from './tree.js'

/** What contenders are measured by: one kind of request, over and over. */
export interface Work {
  readonly name: string
  /** How tables and charts call it. */
  readonly title: string
  /** Works of one stage are run together, round by round, so that they can be compared with each other. */
  readonly stage: string
  /** Path that is asked for, and by which a contender proves that it answers right. */
  readonly path: string
  /** As many distinct small files are asked for in turn; `path` is one of them. */
  readonly files?: number
  readonly headers?: Readonly<Record<string, string>>
  /** `true` adds `If-None-Match` with the tag that the server gives. */
  readonly tag?: boolean
  readonly connections: number
  readonly expected: Expected
  /** Names of those who take part. */
  readonly contenders: readonly string[]
  /** Whose figures are 1 in tables and charts. */
  readonly reference: string
  /** Each round has a server that was just started, and was warmed up by another file. */
  readonly fresh?: boolean
  /** The server that contenders ask, a file of `contenders/`. */
  readonly origin?: string
}

/** What a right answer looks like. */
export interface Expected {
  readonly status: number
  /** Bytes of the body. */
  readonly length: number
  /** How the body begins. */
  readonly start: Buffer
  /** A header that has to be there, in lower case. */
  readonly header?: string
}

/** Every work, in the order in which they are run and shown. */
export const WORKS: readonly Work[] = [...fileWorks(), ...pairWorks()]

/** Finds a work by its name. */
export function work(name: string): Work {
  const found = WORKS.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no work "${name}": ${WORKS.map((each) => each.name).join(', ')}.`)
  return found
}

/** Puts works of the same stage together, in their order. */
export function stagesOf(works: readonly Work[]): Work[][] {
  const stages = new Map<string, Work[]>()
  for (const each of works) stages.set(each.stage, [...(stages.get(each.stage) ?? []), each])
  return [...stages.values()]
}

function fileWorks(): Work[] {
  const small = wholeFile('1-KiB', '1 KiB', 32)
  const many = manyFiles(small)
  const notModified = { status: 304, length: 0, start: Buffer.alloc(0) }
  return [
    small,
    { ...small, name: '1-KiB-1', title: '1 KiB, 1 connection', connections: 1 },
    { ...small, name: '1-KiB-1000', title: '1 KiB, 1,000 connections', connections: 1000 },
    wholeFile('64-KiB', '64 KiB', 32),
    wholeFile('1-MiB', '1 MiB', 32),
    wholeFile('100-MiB', '100 MiB', 4),
    { ...small, name: '304', stage: '304', title: '304 Not Modified', tag: true, expected: notModified },
    middleOf('100-MiB'),
    { ...many, name: 'files-10', title: '10 files', files: 10 },
    { ...many, name: 'files-100k', title: '100,000 files', files: 100_000 },
    { ...many, name: 'files-cold', stage: 'cold', title: '100,000 files, cold', files: 100_000, fresh: true },
  ]
}

function wholeFile(name: string, title: string, connections: number): Work {
  const file = `${name}.bin`
  return {
    name,
    title: connections === 1 ? title : `${title}, ${connections} connections`,
    stage: name,
    path: `/${file}`,
    connections,
    expected: { status: 200, length: SIZES[file] ?? 0, start: contentOf(file, 0, 64) },
    contenders: FILE_SERVERS.map((each) => each.name),
    reference: 'send',
  }
}

function middleOf(name: string): Work {
  const whole = wholeFile(name, '', 32)
  const [start, length] = [50 * MIB, 64 * KIB]
  return {
    ...whole,
    name: 'range',
    title: '64 KiB in the middle of 100 MiB',
    stage: 'range',
    headers: { Range: `bytes=${start}-${start + length - 1}` },
    expected: { status: 206, length, start: contentOf(`${name}.bin`, start, 64) },
  }
}

/** What is the same from memory would have to be learned file by file, so it is left out. */
function manyFiles(small: Work): Work {
  const name = smallName(0)
  const expected = { ...small.expected, start: contentOf(name, 0, 64) }
  return { ...small, path: `/${name}`, stage: 'files', contenders: namesOf('ours', 'peer', 'proxy'), expected }
}

function pairWorks(): Work[] {
  return [
    handOver(),
    remote('http', 'HTTP', '1-KiB', 32),
    remote('http', 'HTTP', '1-MiB', 16),
    remote('http', 'HTTP', '64-MiB', 4),
    remote('s3', 'S3', '1-KiB', 32),
    remote('s3', 'S3', '1-MiB', 16),
    remote('s3', 'S3', '64-MiB', 4),
    generated('1-KiB', MIB),
    generated('64-KiB', 16 * MIB),
  ]
}

/** nginx is not asked: what counts is the reply that it would read. */
function handOver(): Work {
  return {
    ...pair('x-accel', 'X-Accel-Redirect, the reply alone'),
    path: '/1-KiB.bin',
    connections: 32,
    expected: { status: 200, length: 0, start: Buffer.alloc(0), header: 'x-accel-redirect' },
  }
}

function remote(kind: 'http' | 's3', title: string, size: string, connections: number): Work {
  const { path, expected } = wholeFile(size, '', connections)
  const shown = size.replace('-', ' ')
  return {
    ...pair(kind, `${title}, ${shown}`),
    name: `${kind}-${size}`,
    path,
    expected,
    connections,
    origin: `origin-${kind}`,
  }
}

function generated(piece: string, length: number): Work {
  const start = Buffer.alloc(64, 'piece of a generated file\n')
  return {
    ...pair('generated', `generated, pieces of ${piece.replace('-', ' ')}`),
    name: `generated-${piece}`,
    path: `/pieces-${piece}`,
    connections: 8,
    expected: { status: 200, length, start },
  }
}

function pair(name: string, title: string): Pick<Work, 'name' | 'title' | 'stage' | 'contenders' | 'reference'> {
  return { name, title, stage: name, contenders: [`${name}-downloadview`, `${name}-hand`], reference: `${name}-hand` }
}
