/** For numbers that no title names: files below `src`, and how the titles of the tests there are written that prove it. */
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
  U47: [['middleware/apache/middleware.test.ts', 'of a file that is found by its url is decoded, without the query']],
}
