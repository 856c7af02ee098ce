import type { BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob'
import { withinTime } from '../time-limit.js'
import { azureError } from './failure.js'

/** A container, and how it is asked. */
export interface ContainerOptions {
  readonly client: BlobServiceClient
  readonly container: string
  /** Milliseconds that an answer may take. */
  readonly timeout: number
}

/** Asks a container: each question has a time limit, and ends at once with its signal. */
export class Container {
  readonly service: BlobServiceClient
  readonly client: ContainerClient
  /** Who answers, for the messages of errors. */
  readonly what: string
  readonly #timeout: number

  constructor({ client, container, timeout }: ContainerOptions) {
    this.service = client
    this.client = client.getContainerClient(container)
    this.what = `Azure container "${container}"`
    this.#timeout = timeout
  }

  /** The blob of a name, which need not be there. */
  blob(name: string): BlockBlobClient {
    return this.client.getBlockBlobClient(name)
  }

  /** Asks, and fails with an error of ours; whoever has gone gets their own reason back. */
  async ask<T>(work: (limit: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.askPlainly(work, signal)
    } catch (error) {
      throw this.failure(error, signal)
    }
  }

  /** Asks, and fails with an exception of the SDK where the caller knows better what it means. */
  askPlainly<T>(work: (limit: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return withinTime(work, { what: this.what, timeout: this.#timeout, signal })
  }

  /** Turns what {@link askPlainly} failed with into an error of ours. */
  failure(error: unknown, signal?: AbortSignal): unknown {
    return signal?.aborted ? signal.reason : azureError(this.what, error)
  }
}
