import { mendsFor } from './mends.js'
import type { ChainObservations } from './observations.js'
import type { Fault } from './report.js'
import { serverTitle } from './rule.js'

/** Finds out whether clients reach the files past the application, at the location that stands for them. */
export function locationFault({ canaries, location }: ChainObservations): Fault | undefined {
  const { rule, content, streamed } = canaries.plain
  if (location === undefined || 'failure' in location) return undefined
  // Anything else that answers there is not the file: the application, or a page that says that there is nothing.
  if (!location.body.equals(content) && !location.body.equals(streamed)) return undefined
  return {
    code: 'location-open',
    guilty: 'proxy',
    message: `${serverTitle(rule.backend)} sends the files of rule ${rule.position} to anybody who asks for ${location.url}: no permission is checked.`,
    mend: mendsFor(rule.backend).open(rule),
  }
}
