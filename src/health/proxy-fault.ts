import { handOverOf } from './application-fault.js'
import type { Answered, Unanswered } from './ask.js'
import { CANARY_FILES, type Canary } from './canary.js'
import { areElsewhere } from './files-fault.js'
import { mendsFor } from './mends.js'
import type { InnerObservations } from './observations.js'
import { hasDisposition } from './probes.js'
import type { Fault } from './report.js'
import { serverTitle } from './rule.js'

/** What is wrong with a proxy that does not answer at all. */
export function proxyDown({ url, failure, reason }: Unanswered): Fault {
  return {
    code: 'proxy-down',
    guilty: failure === 'unreachable' || failure === 'tls' ? 'network' : 'proxy',
    message: `The proxy does not answer at ${url}: ${reason}.`,
    mend:
      failure === 'tls'
        ? 'Mend its certificate, or let Node know who signed it by NODE_EXTRA_CA_CERTS.'
        : 'Start it, or correct its public address (--public). Its own check of the configuration tells why it does not start.',
  }
}

/** What is wrong with a proxy by its answer, once nothing behind it is to blame. */
export function proxyFault(answer: Answered, canary: Canary, inner: InnerObservations | undefined): Fault {
  const { rule, name, streamed } = canary
  const { status } = answer
  if (status === 200 && answer.body.equals(streamed)) return stillStreamed(answer, canary)
  if (handOverOf(answer) !== undefined) return ignored(answer, canary)
  if ((status === 200 || status === 404) && isForeign(answer, canary)) return somethingElse(answer, canary, inner)
  if (status === 200 && answer.body.length === 0) return ignored(answer, canary)
  if (name !== 'plain') return misread(answer, canary)
  if (status === 404 || (status === 403 && !isForeign(answer, canary))) return notSent(answer, canary, inner)
  if (status === 200) return wrongBytes(answer, canary)
  return badGateway(answer, canary, inner) ?? proxyError(answer, serverTitle(rule.backend))
}

/**
 * Tells whether an answer is surely none of the application's. Every server passes on under which name a file is
 * offered; nginx and Caddy do so even when they do not find the file.
 */
function isForeign(answer: Answered, { name, rule }: Canary): boolean {
  if (hasDisposition(answer, name)) return false
  return answer.status === 200 || rule.backend === 'nginx' || rule.backend === 'caddy'
}

function stillStreamed({ url }: Answered, { rule }: Canary): Fault {
  return {
    code: 'not-handed-over',
    guilty: 'application',
    message: `The application streams the files of rule ${rule.position} itself: ${url} sent its own copy.`,
    mend: 'Give its own address (--application), so that this check can ask why.',
  }
}

function ignored(answer: Answered, { rule }: Canary): Fault {
  const visible = handOverOf(answer)
  const sign = visible === undefined ? 'the reply is empty' : `the client sees its header ${visible.header}`
  return {
    code: 'hand-over-ignored',
    guilty: 'proxy',
    message: `${serverTitle(rule.backend)} does not do what the application tells it: ${sign} at ${answer.url}.`,
    mend: mendsFor(rule.backend).ignored(rule),
  }
}

function somethingElse({ url, status, body }: Answered, { rule }: Canary, inner: InnerObservations | undefined): Fault {
  const application = inner?.application.plain.url
  return {
    code: 'upstream-wrong',
    guilty: 'proxy',
    message: `Something else than the application answers at ${url}: ${status}, ${body.length} bytes, without its headers.`,
    mend: `Look whether ${serverTitle(rule.backend)} has a site for the name ${new URL(url).hostname}, and whether that passes on to ${application === undefined ? 'the application' : new URL(application).origin}.`,
  }
}

function misread({ url, status, body }: Answered, { rule, name }: Canary): Fault {
  return {
    code: 'encoding-mismatch',
    guilty: 'proxy',
    message: `${serverTitle(rule.backend)} finds the file of rule ${rule.position} with a plain name but not "${CANARY_FILES[name]}": ${status}, ${body.length} bytes at ${url}. It reads the name in another way than the application writes it.`,
    mend: mendsFor(rule.backend).encoding(rule),
  }
}

function wrongBytes({ url, body }: Answered, { rule }: Canary): Fault {
  return {
    code: 'wrong-bytes',
    guilty: 'proxy',
    message: `${serverTitle(rule.backend)} sends ${body.length} other bytes than the file of rule ${rule.position} has, at ${url}: it looks in another folder, or at an old copy.`,
    mend: mendsFor(rule.backend).alias(rule),
  }
}

/** A server says the same of a file that is not where it looks, and of one that it may not read; each in its own way. */
function notSent(answer: Answered, { rule, name }: Canary, inner: InnerObservations | undefined): Fault {
  const { url, status } = answer
  const server = serverTitle(rule.backend)
  const mends = mendsFor(rule.backend)
  const closed = inner?.files.plain.closed
  // mod_xsendfile says 404 to both, lighttpd 403 to both.
  const isPermission = rule.backend === 'apache' || rule.backend === 'lighttpd' ? closed !== undefined : status === 403
  if (isPermission) {
    const hint = closed === undefined ? '' : ` "${closed}" lets only its owner and its group in.`
    return {
      code: 'permission-denied',
      guilty: 'proxy',
      message: `${server} may not read the files of rule ${rule.position}: ${status} at ${url}.${hint}`,
      mend: mends.permission(rule),
    }
  }
  const application = inner?.application.plain
  const doubt =
    application === undefined || 'status' in application || hasDisposition(answer, name)
      ? 'although the application hands it over'
      : `and the application could not be asked at ${application.url}, so that it may also be that the canaries' handler is not mounted`
  const where = inner === undefined || areElsewhere(inner.files) ? '' : ' and the file is there'
  return {
    code: 'wrong-alias',
    guilty: 'proxy',
    message: `${server} does not find the file of rule ${rule.position}: ${status} at ${url}, ${doubt}${where}. It looks in another place.`,
    mend: mends.alias(rule),
  }
}

/** The application answers us, so that the proxy asks somewhere else. */
function badGateway(
  { url, status }: Answered,
  { rule }: Canary,
  inner: InnerObservations | undefined,
): Fault | undefined {
  if (status < 502 || status > 504) return undefined
  const application = inner?.application.plain
  const server = serverTitle(rule.backend)
  if (application === undefined || 'failure' in application) {
    return {
      code: 'application-down',
      guilty: 'application',
      message: `${server} answers ${status} at ${url}: it does not reach the application.`,
      mend: 'Start the application, or correct its address in the configuration of the proxy.',
    }
  }
  return {
    code: 'upstream-wrong',
    guilty: 'proxy',
    message: `${server} answers ${status} at ${url}, although the application answers at ${application.url}.`,
    mend: `Correct the address of the application in the configuration of the proxy, to ${new URL(application.url).origin}.`,
  }
}

function proxyError({ url, status, headers }: Answered, server: string): Fault {
  const to = headers.location === undefined ? '' : `, to ${headers.location}`
  return {
    code: 'proxy-error',
    guilty: 'proxy',
    message: `${server} answers ${status}${to} at ${url}, although the application does not.`,
    mend:
      status >= 300 && status < 400
        ? 'Give the public address that clients end up at (--public), with its https:// and its name.'
        : "Look into the proxy's error log, and let the canaries' path pass without a login.",
  }
}
