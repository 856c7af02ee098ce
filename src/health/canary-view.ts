import { FileNotFoundError, StorageError } from '../errors.js'
import type { Outcome } from '../handler.js'
import type { DownloadResponseOptions } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { DownloadView } from '../views/base.js'
import { missingParam, paramOf } from '../views/params.js'
import { CANARY_FILES, type Canaries, type Canary, type CanaryName } from './canary.js'
import { CanaryFile } from './canary-file.js'
import { lookAt } from './file-state.js'
import { PROBE_CACHE_CONTROL, PROBE_HEADERS } from './probes.js'

/** The parameters of the canaries' route. */
export type CanaryParams = { readonly rule: string; readonly name: string }

/** Serves the canaries, with headers that have to arrive. */
export class CanaryView extends DownloadView<CanaryParams> {
  canaries: readonly Canaries[] = []
  override headers = PROBE_HEADERS
  override cacheControl = PROBE_CACHE_CONTROL

  /** Finds the canary that is asked for. */
  getCanary(): Canary {
    const rule = this.#param('rule')
    const name = this.#param('name')
    const canaries = /^[1-9]\d*$/.test(rule) ? this.canaries[Number(rule) - 1] : undefined
    if (canaries !== undefined && isCanaryName(name)) return canaries[name]
    throw new FileNotFoundError(undefined, { code: 'no-rule' })
  }

  override async getFile(): Promise<CanaryFile> {
    const canary = this.getCanary()
    if (canary.storage === undefined) throw new FileNotFoundError(undefined, { code: 'no-storage' })
    const file = new CanaryFile(canary, canary.storage)
    // Nobody is asked for a login here: who may write there must not publish another file in the place of a canary.
    if (!(await file.hasContent(this.request.signal))) throw new FileNotFoundError(undefined, { code: 'changed' })
    return file
  }

  override async fileNotFoundResponse({ code }: FileNotFoundError): Promise<Outcome> {
    if (code === 'no-rule' || code === 'no-storage' || code === 'changed') return marked(404, code)
    const { state } = await lookAt(this.getCanary())
    return state === 'forbidden' ? marked(503, 'unreadable') : marked(404, 'missing')
  }

  override async renderToResponse(options?: DownloadResponseOptions): Promise<Outcome> {
    try {
      return await super.renderToResponse(options)
    } catch (error) {
      if (error instanceof StorageError) return marked(503, 'unreadable')
      throw error
    }
  }

  #param(name: keyof CanaryParams): string {
    const value = paramOf(this.params, name)
    if (value !== undefined) return value
    throw missingParam(this, [name], 'mount it at "/-/downloadview/:rule/:name"')
  }
}

/** Tells the checks that it was the canaries' own handler that served no file, and why. */
export const CANARY_MARK = 'X-Downloadview-Canary'

/** Why the handler served no file. */
export type CanaryMark = 'no-rule' | 'no-storage' | 'missing' | 'changed' | 'unreadable'

function marked(status: number, mark: CanaryMark): EmptyResponse {
  return new EmptyResponse(status, { [CANARY_MARK]: mark, 'Cache-Control': 'no-store' })
}

function isCanaryName(name: string): name is CanaryName {
  return Object.hasOwn(CANARY_FILES, name)
}
