import fc from 'fast-check'

/** Text of the characters of an alphabet; each piece may have several. */
export function soup(alphabet: readonly string[] | string, maxLength = 12): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), maxLength })
}

/** The text of an arbitrary, in most cases as it is, else with some characters put in, taken away or replaced. */
export function garbled(text: fc.Arbitrary<string>, alphabet: string): fc.Arbitrary<string> {
  const once = fc.tuple(
    text,
    fc.nat(),
    fc.constantFrom('put', 'replace', 'remove', 'cut'),
    fc.constantFrom(...alphabet),
  )
  const broken = once.map(([text, place, how, character]) => alter(text, place, how, character))
  return fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: broken })
}

/** Changes a text at one place. */
export function alter(text: string, place: number, how: string, character: string): string {
  const at = place % (text.length + 1)
  if (how === 'cut') return text.slice(0, at)
  return text.slice(0, at) + (how === 'remove' ? '' : character) + text.slice(how === 'put' ? at : at + 1)
}

/** Numbers as they are written in headers: small ones, those at the ends of what numbers hold, and with zeros before. */
export const digits: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.nat(400).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('9007199254740991', '9007199254740992', '18446744073709551616', '00', '007', '1e3'),
  },
  { weight: 1, arbitrary: soup('0123456789', 30) },
)

/** Any code unit, those more often that mean something to somebody. */
export const codeUnit: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcAZ09._- ') },
  { weight: 4, arbitrary: fc.constantFrom(...'"\\/:*?<>|%;=,\'()&+#~$@![]{}^`') },
  { weight: 2, arbitrary: fc.constantFrom(...'\0\t\n\r\x0b\x1f\x7f\x80\x85\xa0\xad\xe9\xff') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...'\u0301\u061c\u200b\u200e\u202e\u2028\u2044\u2066\u2215\u29f8\ufeff\uff02\uff0f\ufffd',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('\u00fc', '\u65e5', '\ud83d\ude00', '\ud83d', '\ude00', '\ufdfa') },
  { weight: 1, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code)) },
)

/** A name of a file that can be had: none of the characters that no name has, and no step up. */
export const fileName: fc.Arbitrary<string> = fc
  .string({
    unit: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...'abcAZ09._- ') },
      { weight: 3, arbitrary: fc.constantFrom(...'%?#&+=;,"\'$<>[]{}|~!@^`:*()') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('\u00fc', '\u65e5', '\ud83d\ude00', '\u202e', '\u00a0', '\t', '\n', '\x7f'),
      },
      { weight: 1, arbitrary: fc.constantFrom('%41', '%2f', '%00', '..', '%25') },
    ),
    minLength: 1,
    maxLength: 8,
  })
  .filter((name) => !/^\.{1,2}$/.test(name))
