import type { Answered } from './ask.js'
import type { Canary } from './canary.js'
import { CANARY_MARK, type CanaryMark } from './canary-view.js'
import type { Fault } from './report.js'

/** Reads why the canaries' own handler served no file; `undefined` when somebody else answered, or all is well. */
export function markOf({ headers }: Answered): CanaryMark | undefined {
  return headers[CANARY_MARK.toLowerCase()] as CanaryMark | undefined
}

/** Tells why the canaries' handler served no file. */
export function canaryFault({ rule }: Canary, mark: CanaryMark, url: string): Fault {
  const { position } = rule
  if (mark === 'unreadable') {
    return {
      code: 'files-unreadable',
      guilty: 'files',
      message: `The application may not read the canary of rule ${position}, or its storage fails: ${url} says so.`,
      mend: `Let the application's user read ${rule.sourceDir ?? 'the storage'}, and enter each folder above it.`,
    }
  }
  if (mark === 'no-rule') {
    return {
      code: 'hand-over-differs',
      guilty: 'configuration',
      message: `The application knows no rule ${position}: it runs with another configuration than this one.`,
      mend: 'Restart the application with this configuration, or run this check with that of the application.',
    }
  }
  if (mark === 'changed') {
    return {
      code: 'wrong-bytes',
      guilty: 'files',
      message: `The canary file of rule ${position} has other bytes than it should where the application looks, so that it is not sent: ${url} says so.`,
      mend: RENEW_CANARY,
    }
  }
  const message = `The application has no canary file for rule ${position}: ${url} says so.`
  if (mark === 'missing') return { code: 'canary-missing', guilty: 'files', message, mend: WRITE_CANARIES }
  return {
    code: 'canary-missing',
    guilty: 'application',
    message,
    mend: `The rule has no sourceDir. Pass \`storages: { ${position}: … }\` to createCanaryHandler() and to writeCanaries().`,
  }
}

/** What to do when there is no canary file. */
export const WRITE_CANARIES =
  'Call writeCanaries(config) when the application starts, or run "downloadview doctor" where it runs, as its user.'

/** What to do when another file is in the place of a canary. */
export const RENEW_CANARY =
  'Remove it and run "downloadview doctor" there, which writes it anew; another version of downloadview may have written it.'
