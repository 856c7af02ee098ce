import { Buffer } from 'node:buffer'
import { formatExplanation } from '../middleware/smart.js'
import type { Answer, Answered, Unanswered } from './ask.js'
import { type Canary, firstOf } from './canary.js'
import { canaryFault, markOf } from './canary-fault.js'
import { type Expectation, type HandOver, handOverIn } from './expectation.js'
import type { FileState } from './file-state.js'
import type { ChainObservations, InnerObservations } from './observations.js'
import { missingHeaders } from './probes.js'
import type { Fault } from './report.js'
import { serverTitle } from './rule.js'

/** Finds out whether the application hands the canaries of a rule over as its configuration says. */
export function applicationFault(
  { canaries }: Pick<ChainObservations, 'canaries'>,
  { application, expected, files }: InnerObservations,
): Fault | undefined {
  return firstOf((name) => faultOf(canaries[name], application[name], expected[name], files[name]))
}

/** Reads the field that tells a server what to send, if the reply has one. */
export function handOverOf({ headers }: Answered): HandOver | undefined {
  return handOverIn((name) => [headers[name.toLowerCase()] ?? null].flat().join(', '))
}

/** Tells whether the application may have sent the file itself, for a name that the server cannot be told. */
export function mayStream({ name, streamed }: Canary, { body }: Answered): boolean {
  return name === 'hostile' && body.equals(streamed)
}

function faultOf(
  canary: Canary,
  answer: Answer,
  expected: Expectation | undefined,
  file: FileState,
): Fault | undefined {
  if ('failure' in answer) return down(answer)
  const mark = markOf(answer)
  if (mark === 'missing' && file.state === 'readable') return lookingElsewhere(canary, answer, file)
  if (mark !== undefined) return canaryFault(canary, mark, answer.url)
  if (answer.status !== 200) return wrongStatus(answer)
  const handOver = handOverOf(answer)
  if (handOver === undefined) return mayStream(canary, answer) ? undefined : streamed(canary, answer, expected)
  return otherwise(answer, handOver, expected) ?? shadowed(canary, expected) ?? withoutHeaders(answer, canary)
}

function lookingElsewhere({ rule }: Canary, { url }: Answered, { path = 'its storage' }: FileState): Fault {
  return {
    code: 'canary-missing',
    guilty: 'application',
    message: `The application has no canary file for rule ${rule.position}, ${url} says, although it is here: ${path}. It looks in another folder, or runs where this disk is not.`,
    mend: 'Restart the application with this configuration, or run this check where it runs and with its configuration.',
  }
}

function down({ url, failure, reason }: Unanswered): Fault {
  return {
    code: 'application-down',
    guilty: failure === 'unreachable' || failure === 'tls' ? 'network' : 'application',
    message: `The application does not answer at ${url}: ${reason}.`,
    mend: 'Start the application, or correct its address (server.application of the configuration, or --application).',
  }
}

function wrongStatus({ url, status, headers }: Answered): Fault {
  if (status === 404) return notMounted(`The application answers 404 at ${url}`)
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
    const to = headers.location === undefined ? '' : `, to ${headers.location}`
    return {
      code: 'canary-refused',
      guilty: 'application',
      message: `The application answers ${status}${to} at ${url}: something before the canaries' handler refuses the request.`,
      mend: 'Mount the handler before what asks for a login. The canaries are harmless.',
    }
  }
  return {
    code: 'application-error',
    guilty: 'application',
    message: `The application answers ${status} at ${url}.`,
    mend: "Look into the application's log for the error.",
  }
}

function notMounted(symptom: string): Fault {
  return {
    code: 'canary-not-mounted',
    guilty: 'application',
    message: `${symptom}, and it was not the canaries' handler that did so.`,
    mend: "Mount it: app.get('/-/downloadview/:rule/:name', toExpressHandler(createCanaryHandler(config))). Another path is given as `path`, or --path.",
  }
}

function streamed(canary: Canary, answer: Answered, expected: Expectation | undefined): Fault {
  const { rule, content, streamed: own } = canary
  if (answer.body.equals(content)) {
    return {
      code: 'not-handed-over',
      guilty: 'configuration',
      message: `${answer.url} sends the file of rule ${rule.position} as a web server would: this is not the application.`,
      mend: 'Give the address of the application itself, behind the proxy (server.application of the configuration, or --application).',
    }
  }
  if (!answer.body.equals(own)) return notMounted(`Something else answers at ${answer.url}`)
  if (rule.backend === 'none') {
    return {
      code: 'backend-none',
      guilty: 'configuration',
      message: `The application streams the files of rule ${rule.position} itself: the configuration says \`backend: 'none'\`.`,
      mend: 'Set `backend` to the server in front. Where it depends on the environment, run this check in that of the application.',
    }
  }
  if (expected !== undefined && expected.handOver === undefined) {
    return {
      code: 'rule-mismatch',
      guilty: 'configuration',
      message: `No rule fits the files of rule ${rule.position}. ${formatExplanation(expected.explanation)}`,
      mend: 'Change the source of the rule so that the file lies below it. "downloadview explain" tells it for any file.',
    }
  }
  return {
    code: 'not-handed-over',
    guilty: 'application',
    message: `The application streams the files of rule ${rule.position} itself, although the rule fits them.`,
    mend: `Give the adapter \`middleware: new SmartDownloadMiddleware(config)\`, and restart the application: it may still run with a configuration without ${serverTitle(rule.backend)}.`,
  }
}

function otherwise({ url }: Answered, handOver: HandOver, expected: Expectation | undefined): Fault | undefined {
  if (expected === undefined) return undefined
  const wanted = expected.handOver
  if (wanted !== undefined && wanted.header === handOver.header && wanted.value === handOver.value) return undefined
  return {
    code: 'hand-over-differs',
    guilty: 'configuration',
    message: `The application sends ${format(handOver)} at ${url}; by this configuration it would send ${wanted === undefined ? 'the file itself' : format(wanted)}.`,
    mend: 'Restart the application with this configuration, or run this check with that of the application.',
  }
}

function shadowed({ rule: { position } }: Canary, expected: Expectation | undefined): Fault | undefined {
  const taken = expected?.explanation.rules.at(-1)?.rule
  if (taken === undefined || taken === position) return undefined
  return {
    code: 'rule-shadowed',
    guilty: 'configuration',
    message: `Rule ${position} is never asked: rule ${taken} comes before it, and takes its files.`,
    mend: `Move rule ${position} before rule ${taken}, or remove it.`,
  }
}

function withoutHeaders(answer: Answered, { name }: Canary): Fault | undefined {
  const missing = missingHeaders(answer, name)
  if (missing.length === 0) return undefined
  return {
    code: 'header-dropped',
    guilty: 'application',
    message: `The application's own reply at ${answer.url} has lost or changed ${missing.join(', ')}.`,
    mend: 'Look for middleware of the application that removes or overwrites them.',
  }
}

/** The bytes of a header are UTF-8, which Node reads one by one. */
function format({ header, value }: HandOver): string {
  return `\`${header}: ${Buffer.from(value, 'latin1').toString()}\``
}
