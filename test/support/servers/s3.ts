import { CreateBucketCommand, ListBucketsCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/** A real server that speaks S3 and checks signatures. */
export interface S3Server {
  /** Its address, with no path. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Makes an empty bucket and gives its name, which no other test has. */
  createBucket(): Promise<string>
  /** Its processes. */
  readonly pids: readonly number[]
  /** Stops it, and removes all that it stored. */
  close(): Promise<void>
}

/** What an S3 server is before it can make buckets and stop. */
export type S3Address = Pick<S3Server, 'endpoint' | 'region' | 'credentials'>

/** A client for a server. `destroy()` it, since servers keep its sockets open for long. */
export function s3Client(server: S3Address, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    credentials: server.credentials,
    forcePathStyle: true,
    // Uploads of streams would else come in chunks with a checksum behind them, which these servers do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  })
}

/** Makes a bucket with a name of its own. */
export async function createBucket(server: S3Address): Promise<string> {
  const name = `bucket-${crypto.randomUUID()}`
  await withClient(server, (client) => client.send(new CreateBucketCommand({ Bucket: name })))
  return name
}

/** Whether the server answers a signed request. */
export async function isReady(server: S3Address): Promise<boolean> {
  try {
    await withClient(server, (client) => client.send(new ListBucketsCommand({})), { maxAttempts: 1 })
    return true
  } catch {
    return false
  }
}

async function withClient<T>(server: S3Address, use: (client: S3Client) => Promise<T>, config?: S3ClientConfig) {
  const client = s3Client(server, config)
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
