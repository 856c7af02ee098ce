import { contender } from './contenders.js'
import { type ContenderFigures, type Figures, isWhole } from './figures.js'
import { work } from './works.js'

/** Names every contender that did not do its work right, and why: nothing that went wrong is left out in silence. */
export function failureLines({ works }: Pick<Figures, 'works'>): string {
  return works
    .flatMap(({ name, contenders }) => contenders.filter((each) => !isWhole(each)).map((each) => lineOf(name, each)))
    .join('\n')
}

/** What is wrong with a contender that has no whole figures. */
export function faultOf({ fault, failures }: ContenderFigures): string {
  return fault ?? `failed: ${[...new Set(failures)].join('; ') || 'no round'}`
}

function lineOf(name: string, figures: ContenderFigures): string {
  return `  ${work(name).title}: ${contender(figures.name).title} ${faultOf(figures)}`
}
