import type { DownloadRequest, Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { BaseDownloadMiddleware } from './base.js'
import {
  type BackendName,
  type CompiledRule,
  compileRules,
  type DownloadConfig,
  type Explanation,
  type RuleExplanation,
} from './config.js'

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
    const { outcome, explanation } = await this.#decide(response, request)
    this.#tell(explanation)
    return outcome
  }

  /** Tells which rule would hand a download over, or why none does. */
  async explain(response: DownloadResponse, request: DownloadRequest): Promise<Explanation> {
    return (await this.#decide(response, request)).explanation
  }

  /** Nothing comes back: whoever listens must not spoil a download, or end the process. */
  #tell(explanation: Explanation): void {
    const tell = async () => this.#explain?.(explanation)
    tell().catch((error) => console.error('downloadview: explain failed:', error))
  }

  async #decide(
    response: DownloadResponse,
    request: DownloadRequest,
  ): Promise<{ outcome: Outcome; explanation: Explanation }> {
    const rules: RuleExplanation[] = []
    let outcome: Outcome = response
    for (const { rule, backend, middleware } of this.#rules) {
      const decision = await middleware.decide(response, request)
      rules.push({ rule, backend, reason: decision.reason })
      outcome = decision.outcome
      if (outcome instanceof ProxiedDownloadResponse) outcome.rule = rule
      if (!(outcome instanceof DownloadResponse)) break
    }
    const handedOver = !(outcome instanceof DownloadResponse)
    return { outcome, explanation: { basename: response.basename, handedOver, rules } }
  }
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
