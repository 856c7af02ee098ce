import { createHash } from 'node:crypto'

/** The beginning of a page, up to its content. */
export function pageStart(title: string): string {
  const escaped = escapeHtml(title)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped}</h1>
`
}

/** The end of a page. */
export const PAGE_END = '</main>\n</body>\n</html>\n'

/** Writes text so that it stays text, also between quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root { color-scheme: light dark; --line: #ccc; --link: #0550ae; --visited: #6639ba }
@media (prefers-color-scheme: dark) { :root { --line: #444; --link: #79b8ff; --visited: #c4a7ff } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; overflow-wrap: anywhere }
a { color: var(--link) }
a:visited { color: var(--visited) }
table { border-collapse: collapse; width: 100% }
caption { text-align: start; padding-bottom: .5rem }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: start; vertical-align: top }
thead th { white-space: nowrap }
thead th:first-child { width: 100% }
tbody th { font-weight: normal; overflow-wrap: anywhere }
td { white-space: nowrap; font-variant-numeric: tabular-nums }
.size { text-align: end }
`

/** Lets a page show itself in its own style, and do nothing else: whatever a name smuggled in would not run. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
