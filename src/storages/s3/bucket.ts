import type { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { withinTime } from '../time-limit.js'
import { s3Error } from './failure.js'
import type { S3RequestParams } from './params.js'
import { prepare } from './prepare.js'

/** A bucket, and how it is asked. */
export interface BucketOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly params: S3RequestParams
  /** Milliseconds that an answer may take. */
  readonly timeout: number
}

/** Asks a bucket: each question has a time limit, ends at once with its signal, and fails with an error of ours. */
export class Bucket {
  readonly client: S3Client
  readonly name: string
  /** What goes with every request. */
  readonly params: S3RequestParams & { readonly Bucket: string }
  /** Who answers, for the messages of errors. */
  readonly what: string
  readonly #timeout: number

  constructor({ client, bucket, params, timeout }: BucketOptions) {
    this.client = client
    this.name = bucket
    this.params = { ...params, Bucket: bucket }
    this.what = `S3 bucket "${bucket}"`
    this.#timeout = timeout
  }

  /**
   * Asks, and gives the answer as it is: an exception of the SDK where the caller knows better what it means. The more
   * `bytes` the server has to take in, the longer it may take.
   */
  ask<T>(
    send: (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    signal?: AbortSignal,
    bytes = 0,
  ): Promise<T> {
    const timeout = this.#timeout > 0 ? this.#timeout + bytes / SLOWEST : 0
    return withinTime((abortSignal) => send(this.client, { abortSignal }), { what: this.what, timeout, signal })
  }

  /** Makes a command ready to be asked with. */
  prepare<T extends Pick<GetObjectCommand, 'middlewareStack'>>(command: T): T {
    return prepare(command, this.what)
  }

  /** Turns what {@link ask} failed with into an error of ours; whoever has gone gets their own reason back. */
  failure(error: unknown, signal?: AbortSignal): unknown {
    return signal?.aborted ? signal.reason : s3Error(this.what, error)
  }
}

/** Bytes in a millisecond: an upload over a telephone line is not a failure yet. */
const SLOWEST = 16
