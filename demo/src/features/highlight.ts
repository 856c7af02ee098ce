import { type Html, html } from '../pages/html.js'

/** Marks the comments, strings and keywords of a piece of TypeScript. */
export function highlight(source: string): Html {
  let end = 0
  const parts: Html[] = []
  for (const match of source.matchAll(TOKEN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0]
    parts.push(html`${source.slice(end, match.index)}<span class="${kind}">${match[0]}</span>`)
    end = match.index + match[0].length
  }
  return html`${parts}${source.slice(end)}`
}

const TOKEN =
  /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\b(?<keyword>async|await|catch|class|const|declare|export|extends|for|function|if|interface|let|module|new|override|return|super|this|throw|try|typeof|undefined|yield)\b/g
