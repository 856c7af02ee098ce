import type { Names } from './names.js'

/** What came of an address. */
export interface Seen {
  readonly url: string
  readonly status: number
  readonly body: string
  readonly code: string | undefined
  /** The addresses of this machine that were connected to. */
  readonly connected: readonly string[]
}

/** Two addresses of the internet, for as long as the network of the test is there. */
export const PUBLIC = ['93.184.216.34', '2606:4700::1111'] as const
/** Addresses of this machine, of its network and of its cloud. */
export const PRIVATE = [
  '169.254.169.254',
  '169.254.170.2',
  '10.0.0.5',
  '192.168.1.1',
  '100.100.100.200',
  'fd00:ec2::254',
  'fe80::1',
] as const

export const NAMES: Names = {
  'files.example': [[PUBLIC[0]]],
  'six.example': [[PUBLIC[1]]],
  'metadata.example': [['169.254.169.254']],
  'inside.example': [['10.0.0.5']],
  'loop.example': [['127.0.0.1']],
  'zero.example': [['0.0.0.0']],
  'loop6.example': [['::1']],
  'mapped.example': [['::ffff:a9fe:a9fe']],
  'local6.example': [['fd00:ec2::254']],
  'both.example': [['127.0.0.1', PUBLIC[0], '169.254.169.254']],
  // What is looked at first is good, and what is connected to would not be.
  'rebinding.example': [...Array.from({ length: 20 }, () => [[PUBLIC[0]], ['169.254.169.254'], ['127.0.0.1']]).flat()],
  'soon.example': [[PUBLIC[0]], ['169.254.169.254']],
}

const NAMED = Object.keys(NAMES).filter((name) => !/^(?:files|six|both|rebinding|soon)\./.test(name))

/** Other ways to write 169.254.169.254 and 127.0.0.1. */
const NOTATIONS = [
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0xA9.0xFE.0xA9.0xFE',
  '0251.0376.0251.0376',
  '0251.254.0xa9.254',
  '169.254.43518',
  '169.16689662',
  '169.254.169.254.',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
  '[fd00:ec2::254]',
  '１６９.254.169.254',
  '169。254。169。254',
  '①⑥⑨.254.169.254',
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '017700000001',
  'localhost',
  'LocalHost',
  '0',
  '[::]',
  '[::1]',
  '10.0.0.5',
  '192.168.1.1',
  '100.100.100.200',
]

export const DIRECT = [...NOTATIONS, ...NAMED].map((host) => `http://${host}/latest/meta-data/`)

export const REDIRECTS = [
  ...[301, 302, 303, 307, 308].flatMap((status) =>
    [
      '169.254.169.254',
      '169.254.170.2',
      'metadata.example',
      '[::ffff:169.254.169.254]',
      '2852039166',
      'localhost',
      'soon.example',
    ].map((host) => redirect(status, `http://${host}/latest/meta-data/`)),
  ),
  ...[...NOTATIONS, ...NAMED].map((host) => redirect(302, `http://${host}/`)),
  redirect(302, '//169.254.169.254/latest/meta-data/'),
  redirect(302, '\\\\169.254.169.254\\latest'),
  redirect(302, 'http:169.254.169.254'),
  redirect(302, 'http://user:password@169.254.169.254/'),
  redirect(302, 'http://files.example@169.254.169.254/'),
  redirect(302, redirect(307, redirect(301, 'http://169.254.169.254/'))),
  redirect(302, 'file:///etc/passwd'),
  redirect(302, 'gopher://169.254.169.254/'),
]

export const REBINDING = Array.from({ length: 60 }, () => 'http://rebinding.example/latest/meta-data/')

export const GOOD = [
  'http://files.example/a.txt',
  'http://six.example/a.txt',
  'http://both.example/a.txt',
  redirect(302, 'http://six.example/a.txt'),
  'http://soon.example/a.txt',
]

/** In the order in which they are asked: `soon.example` is a good name once. */
export const ATTACKED = [...GOOD, ...DIRECT, ...REDIRECTS, ...REBINDING]

function redirect(status: number, location: string): string {
  return `http://files.example/redirect/${status}/${encodeURIComponent(location)}`
}
