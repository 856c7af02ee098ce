/** The options that the source of a library reads and not only sets, as all of these libraries spell it. */
export function optionsIn(source: string): string[] {
  const found = [...ofFiles(source).matchAll(/(?<![\w.])(?:opts|options)\??\.(\w+)\b(?! = )/g)].map(
    ([, name = '']) => name,
  )
  return [...new Set(found)].sort()
}

/** In Express, replies have methods besides those that send files. */
function ofFiles(source: string): string {
  const begin = source.indexOf('\nres.sendFile = ')
  return begin === -1 ? source : source.slice(begin, source.indexOf('\nres.contentType ='))
}
