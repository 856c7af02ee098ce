import type { Html } from '../pages/html.js'
import type { UserId } from '../session/users.js'
import type { Site } from '../site.js'

/** Who looks at a page of which site. */
export interface Visit {
  readonly site: Site
  readonly viewer: UserId | undefined
}

/** Downloads of one kind. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly text: string
  /** The files below `src/` that the regions are quoted from. */
  readonly sources: readonly string[]
  readonly entries: readonly Entry[]
}

/** One view. */
export interface Entry {
  /** The address that it answers, or what else it is. */
  readonly route: string
  readonly text: string
  /** Name of the region that makes it. */
  readonly region: string
  /** Those that lead to what was made later than the page's code are made anew for each visit. */
  readonly links: readonly Link[] | ((visit: Visit) => readonly Link[] | Promise<readonly Link[]>)
  /** What stands in place of links when there are none. */
  readonly none?: string
  /** A form above the links. */
  readonly form?: Html
  /** Address of a sound to be played on the page. */
  readonly sound?: string
}

export interface Link {
  readonly href: string
  /** The name that the file is offered under. */
  readonly label: string
  readonly note?: string
  /** What a refusal is answered with. Left out, it is a download. */
  readonly status?: number
}
