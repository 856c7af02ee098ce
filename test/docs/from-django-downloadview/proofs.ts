/** For numbers that no title names: files of `test/` or below `src`, and how the titles of the tests there are written that prove it. */
export const PROOFS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  U03: [['middleware/source.test.ts', 'fits, as the file that it really is']],
  U04: [
    ['middleware/nginx/response.test.ts', "is ${expected === null ? 'no header'"],
    ['middleware/nginx/response.test.ts', 'is the seconds until then'],
  ],
  U05: [['middleware/proxied.test.ts', 'offers the file’s own name, whatever its address is']],
  U06: [
    ['middleware/source.test.ts', 'is not below /media'],
    ['middleware/source.test.ts', 'does not fit, since it really lies elsewhere'],
    ['middleware/source.test.ts', 'is not handed over, since a proxy could read that in another way'],
  ],
  U07: [
    ['middleware/nginx/middleware.test.ts', 'is decoded to that name, and has nothing that is read as something else'],
    ['middleware/apache/middleware.test.ts', "isTold ? 'its very bytes'"],
    ['middleware/lighttpd/middleware.test.ts', "isTold ? 'decoded to it'"],
  ],
  U08: [['middleware/nginx/response.test.ts', "charset === null ? 'not told'"]],
  U09: [
    ['test/http-files/faults.test.ts', ' is answered with '],
    [
      'test/http-files/passing-through.test.ts',
      'is missing, forbidden or a folder as there, and nothing of their pages',
    ],
  ],
  U10: [['test/http-files/faults.test.ts', 'without a length never looks whole']],
  U11: [
    [
      'test/http-files/passing-through.test.ts',
      'is decoded when it comes as gzip, and then has no length and no ranges',
    ],
  ],
  U12: [
    ['test/http-files/faults.test.ts', 'that cuts each connection is a 502'],
    ['test/http-files/faults.test.ts', 'that says nothing is a 504'],
    ['test/http-files/addresses.test.ts', 'in a circle ends'],
  ],
  U13: [['test/http-files/passing-through.test.ts', 'keeps an unusual name']],
  U24: [['middleware/proxied.test.ts', 'keeps the headers and cookies of the view']],
  U25: [['middleware/proxied.test.ts', 'of a storage that has no addresses are streamed']],
  U26: [['middleware/config.test.ts', 'that is a list of values is refused: options have names']],
  U27: [
    [
      'middleware/proxied.test.ts',
      'that are virtual are streamed, even when they are named like a path below sourceDir',
    ],
    ['middleware/proxied.test.ts', 'that are virtual and were given one are handed over'],
  ],
  U31: [
    ['middleware/smart.test.ts', 'are asked in order, and the first that fits wins'],
    ['middleware/dispatcher.test.ts', 'the first that takes a download over wins'],
  ],
  U37: [
    ['middleware/nginx/middleware.test.ts', 'is decoded to that name, and has nothing that is read as something else'],
  ],
  U38: [['test/models/expectations.ts', ', which is the number of no row']],
  U41: [['test/http-files/passing-through.test.ts', 'has the type and the name that its view gives it']],
  U46: [
    ['test/http-files/passing-through.test.ts', 'comes whole when it is large'],
    ['test/http-files/addresses.test.ts', 'to a host that is not allowed is not followed'],
  ],
  U47: [['middleware/apache/middleware.test.ts', 'of a file that is found by its url is decoded, without the query']],
}
