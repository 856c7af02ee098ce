import type { DownloadRequest, Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { BaseDownloadMiddleware } from './base.js'
import { type BackendName, type CompiledRule, compileRules, type DownloadConfig, type Explanation } from './config.js'
import type { Decision } from './proxied.js'

/** Hands downloads over by a configuration: the first rule that a file fits wins, and what fits none is streamed. */
export class SmartDownloadMiddleware<Backend extends BackendName = BackendName> extends BaseDownloadMiddleware {
  readonly #rules: readonly CompiledRule[]
  readonly #explain: ((explanation: Explanation) => void) | undefined

  /** @throws ConfigurationError that names the rule and the mend. */
  constructor(config: DownloadConfig<Backend>) {
    super()
    this.#rules = compileRules(config)
    this.#explain = config.explain === true ? logExplanation : config.explain || undefined
  }

  override async processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Promise<Outcome> {
    const decided = await this.#decide(response, request)
    // Reasons are words for people: nothing is paid for them where nobody listens.
    if (this.#explain !== undefined) this.#tell(this.#explain, explanationOf(response, decided))
    return decided.outcome
  }

  /** Tells which rule would hand a download over, or why none does. */
  async explain(response: DownloadResponse, request: DownloadRequest): Promise<Explanation> {
    return explanationOf(response, await this.#decide(response, request))
  }

  /** Nothing comes back: whoever listens must not spoil a download, or end the process. */
  #tell(listener: (explanation: Explanation) => void, explanation: Explanation): void {
    const tell = async () => listener(explanation)
    tell().catch((error) => console.error('downloadview: explain failed:', error))
  }

  async #decide(response: DownloadResponse, request: DownloadRequest): Promise<Decided> {
    const tried: Tried[] = []
    for (const { rule, backend, middleware } of this.#rules) {
      const decision = await middleware.decide(response, request)
      const { outcome } = decision
      tried.push({ rule, backend, decision })
      if (outcome instanceof ProxiedDownloadResponse) outcome.rule = rule
      if (!(outcome instanceof DownloadResponse)) return { outcome, tried }
    }
    return { outcome: tried.at(-1)?.decision.outcome ?? response, tried }
  }
}

/** What came of a download, and what each rule said that was asked. */
interface Decided {
  readonly outcome: Outcome
  readonly tried: readonly Tried[]
}

interface Tried extends Pick<CompiledRule, 'rule' | 'backend'> {
  readonly decision: Decision
}

function explanationOf({ basename }: DownloadResponse, { outcome, tried }: Decided): Explanation {
  const rules = tried.map(({ rule, backend, decision: { reason } }) => ({ rule, backend, reason }))
  return { basename, handedOver: !(outcome instanceof DownloadResponse), rules }
}

/** Writes an explanation as lines for people. */
export function formatExplanation({ basename, handedOver, rules }: Explanation): string {
  const verdict = handedOver ? 'handed over' : 'streamed by the application'
  const reasons = rules.map(({ rule, backend, reason }) => `\n  rule ${rule} (${backend}): ${reason}`)
  return `downloadview: ${JSON.stringify(basename)} is ${verdict}${reasons.join('') || '\n  there are no rules'}`
}

function logExplanation(explanation: Explanation): void {
  console.info(formatExplanation(explanation))
}
