import { applicationFault, mayStream } from './application-fault.js'
import type { Answer, Answered } from './ask.js'
import { CANARY_NAMES, type Canary, type CanaryName, firstOf } from './canary.js'
import { canaryFault, markOf } from './canary-fault.js'
import { filesFault } from './files-fault.js'
import { mendsFor } from './mends.js'
import { type ChainObservations, type InnerObservations, PROBE_RANGE } from './observations.js'
import { missingHeaders } from './probes.js'
import { proxyDown, proxyFault } from './proxy-fault.js'
import type { Fault } from './report.js'
import { serverTitle } from './rule.js'

/**
 * Finds out whether downloads of a rule arrive through the proxy, and if not, why.
 *
 * What the application and the files have to say decides about the cause; without it, only the symptom is known.
 */
export function chainFault(chain: ChainObservations, inner: InnerObservations | undefined): Fault | undefined {
  return firstOf((name) => fileFault(name, chain, inner)) ?? rangeFault(chain) ?? headersFault(chain, inner)
}

function fileFault(
  name: CanaryName,
  chain: ChainObservations,
  inner: InnerObservations | undefined,
): Fault | undefined {
  const canary = chain.canaries[name]
  const answer = chain.answers[name]
  if ('failure' in answer) return proxyDown(answer)
  if (answer.status === 200 && (answer.body.equals(canary.content) || mayStream(canary, answer))) return undefined
  return causeInside(answer, chain, inner) ?? proxyFault(answer, canary, inner)
}

/** What is wrong behind the proxy, if that explains its answer. */
function causeInside(
  answer: Answered,
  chain: ChainObservations,
  inner: InnerObservations | undefined,
): Fault | undefined {
  const mark = markOf(answer)
  const fault = inner && applicationFault(chain, inner)
  const files = inner && filesFault(chain, inner)
  if (mark !== undefined || fault?.code === 'canary-missing') {
    return files ?? fault ?? canaryFault(chain.canaries.plain, mark ?? 'missing', answer.url)
  }
  if (fault === undefined) return answer.status === 200 && files?.code === 'wrong-bytes' ? files : undefined
  // The proxy has reached it, so that only this check has its address wrong.
  if (fault.code === 'application-down' && answer.status < 500) return undefined
  return HARMLESS.has(fault.code) ? undefined : fault
}

/** Faults of the application with which files arrive all the same. */
const HARMLESS = new Set<Fault['code']>(['header-dropped', 'rule-shadowed'])

function rangeFault({ canaries, range }: ChainObservations): Fault | undefined {
  if (isRightRange(range, canaries.plain)) return undefined
  const { rule } = canaries.plain
  const server = serverTitle(rule.backend)
  const sign = 'failure' in range ? range.reason : `status ${range.status}, ${range.body.length} bytes`
  return {
    code: 'ranges-broken',
    guilty: 'proxy',
    message: `${server} does not send ranges of the files of rule ${rule.position}, so that downloads cannot be resumed: ${sign} at ${range.url}.`,
    mend: mendsFor(rule.backend).ranges(rule),
  }
}

function isRightRange(answer: Answer, { content }: Canary): boolean {
  const { start, end } = PROBE_RANGE
  if ('failure' in answer || answer.status !== 206) return false
  return (
    answer.headers['content-range'] === `bytes ${start}-${end}/${content.length}` &&
    answer.body.equals(content.subarray(start, end + 1))
  )
}

function headersFault(
  { canaries, answers }: ChainObservations,
  inner: InnerObservations | undefined,
): Fault | undefined {
  const { rule } = canaries.plain
  const names = [...new Set(CANARY_NAMES.flatMap((name) => missingOf(answers[name], name)))]
  if (names.length === 0) return undefined
  const ownFault = inner && applicationFault({ canaries }, inner)
  if (ownFault?.code === 'header-dropped') return ownFault
  return {
    code: 'header-dropped',
    guilty: 'proxy',
    message: `${serverTitle(rule.backend)} does not pass on, or changes, what the application says in ${names.join(', ')}, for files of rule ${rule.position}.`,
    mend: mendsFor(rule.backend).headers(rule, names),
  }
}

function missingOf(answer: Answer, name: CanaryName): string[] {
  return 'failure' in answer ? [] : missingHeaders(answer, name)
}
