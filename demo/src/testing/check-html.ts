import assert from 'node:assert/strict'
import { textOf } from './articles.js'

/** Checks what every page has to have, whoever reads it and by whatever means. */
export function checkHtml(html: string): void {
  assert.match(html, /^<!doctype html>\n<html lang="en">/)
  assert.match(html, /<title>[^<]+<\/title>/)
  for (const name of ['main', 'h1']) assert.equal(html.match(new RegExp(`<${name}[ >]`, 'g'))?.length, 1, name)
  assert.match(html, /<body>\s*<a class="skip" href="#main">[^<]+<\/a>/)
  assertBalanced(html)
  assertReferences(html)
  assertNames(html)
  assertHeadings(html)
  // The policy would not let them in, and the page would then look broken.
  assert.doesNotMatch(html, /<[^>]+ (?:style|on\w+)=/)
}

const VOID = new Set(['meta', 'link', 'img', 'input', 'br'])

function assertBalanced(html: string): void {
  const open: string[] = []
  for (const [tag, close, name = '', , own] of html.matchAll(/<(\/?)([a-z][a-z\d]*)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
    if (close) assert.equal(open.pop(), name, `${tag} after ${html.slice(0, html.indexOf(tag)).slice(-80)}`)
    else if (!VOID.has(name) && !own) open.push(name)
  }
  assert.deepEqual(open, [])
}

function assertReferences(html: string): void {
  const ids = [...html.matchAll(/<[^>]* id="([^"]+)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length, `an id is there twice: ${ids}`)
  for (const [, list = ''] of html.matchAll(/ (?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)) {
    for (const id of list.split(' ')) assert.ok(ids.includes(id), `nothing has the id ${id}`)
  }
}

function assertNames(html: string): void {
  for (const [image] of html.matchAll(/<img [^>]*>/g)) assert.match(image, / alt="/)
  for (const [frame] of html.matchAll(/<iframe [^>]*>/g)) assert.match(frame, / title="[^"]/)
  for (const [input] of html.matchAll(/<(?:input|select|progress) [^>]*>/g)) {
    if (/type="hidden"/.test(input)) continue
    const id = / id="([^"]+)"/.exec(input)?.[1]
    const isNamed = / aria-label="/.test(input) || (id !== undefined && html.includes(`<label for="${id}"`))
    assert.ok(isNamed, `${input} has no label`)
  }
  for (const [button, content = ''] of html.matchAll(/<(?:button|a) [^>]*>(.*?)<\/(?:button|a)>/gs)) {
    assert.ok(
      textOf(content).trim() !== '' || / aria-label="/.test(button) || /<img /.test(content),
      `${button} has no name`,
    )
  }
}

/** None is left out on the way down. */
function assertHeadings(html: string): void {
  let level = 0
  for (const [heading, found] of html.matchAll(/<h(\d)[ >]/g)) {
    assert.ok(Number(found) <= level + 1, `${heading} comes after h${level}`)
    level = Number(found)
  }
}
