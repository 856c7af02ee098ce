/** Text that is HTML already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a template can hold; `false` and `undefined` leave it out. */
export type HtmlValue = string | number | false | undefined | Html | readonly HtmlValue[]

/** Writes HTML. Whatever is put in and is no {@link Html} itself is escaped, so nothing can be forgotten. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings.reduce((text, string, index) => text + toHtml(values[index - 1]) + string))
}

function toHtml(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(toHtml).join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
