import { readFileSync } from 'node:fs'

/** Where a name of the original stands in the page, and what is beside it. */
export interface Row {
  readonly line: number
  readonly cells: readonly string[]
  /** Names in the first column, without their quotes. */
  readonly python: readonly string[]
  /** Names in the second column; empty for `later` and for `—`. */
  readonly typeScript: readonly string[]
  readonly isLater: boolean
  /** Names of ours that the last column speaks of. */
  readonly mentioned: readonly string[]
  /** What all names of the section are imported from, where it says so. */
  readonly door: string | undefined
}

/** A name, and what it is imported from, where the page says so. */
export interface Named {
  readonly name: string
  readonly door: string | undefined
}

export function readPage(): string {
  return readFileSync(new URL('../../../docs/from-django-downloadview.md', import.meta.url), 'utf8')
}

/** The rows of all tables of names: those whose second column is called TypeScript. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = []
  let inTable = false
  let door: string | undefined
  for (const [index, text] of page.split('\n').entries()) {
    const cells = cellsOf(text)
    if (text.startsWith('#')) door = undefined
    else if (!text.startsWith('|')) door ??= doorIn(text)
    if (cells[1] === 'TypeScript') inTable = true
    else if (cells.length === 0) inTable = false
    else if (inTable && !/^-+$/.test(cells[0] as string)) rows.push(toRow(cells, index + 1, door))
  }
  return rows
}

/** The names of a section without a table; a door that a paragraph names is that of its names. */
export function namesIn(page: string, heading: string): Named[] {
  const [, after = ''] = page.split(`\n## ${heading}\n`)
  const paragraphs = (after.split('\n## ')[0] as string).split('\n\n')
  return paragraphs.flatMap((text) => {
    const door = doorIn(text)
    return codeIn(text).flatMap((name) => (name === door ? [] : [{ name, door }]))
  })
}

/** What the first column of the table of rules holds. */
export function numbersIn(page: string): string[] {
  return [...page.matchAll(/^\| (U\d\d) \|/gm)].map(([, number]) => number as string)
}

function cellsOf(text: string): string[] {
  return text.startsWith('|')
    ? text
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : []
}

function doorIn(text: string): string | undefined {
  return codeIn(text).find((name) => name.startsWith('downloadview/'))
}

function toRow(cells: readonly string[], line: number, door: string | undefined): Row {
  const [python = '', typeScript = '', difference = ''] = cells
  return {
    line,
    cells,
    python: codeIn(python, python),
    typeScript: codeIn(typeScript),
    isLater: typeScript === 'later',
    mentioned: codeIn(difference).filter((name) => /^[A-Z]\w*[a-z][A-Z]\w*(?:\.\w+)?$/.test(name)),
    door,
  }
}

/** Texts in backquotes; without any, the given one. */
function codeIn(text: string, otherwise?: string): string[] {
  const names = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string)
  return names.length === 0 && otherwise !== undefined ? [otherwise] : names
}
