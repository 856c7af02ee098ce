/** Names that mean something in an address, or are no ASCII. */
export const KEYS = [
  'a b.txt',
  'a+b.txt',
  'Ünï 日本 😀.txt',
  '100%.txt',
  'what?.txt',
  'a#b.txt',
  'a&b=c;d.txt',
  "it's (1)!*.txt",
  'x%20y.txt',
]
