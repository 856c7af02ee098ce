import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/** Where a bucket is, and who asks. */
export interface S3Connection {
  /** Address of a server other than Amazon's, such as `https://s3.example`. Default: that of Amazon in the region. */
  endpoint?: string | undefined
  /** Default: what the environment or the configuration of the machine tells, see the SDK. */
  region?: string | undefined
  /** Default: what the environment, the configuration or the role of the machine gives, see the SDK. */
  credentials?: S3ClientConfig['credentials'] | undefined
  /** More configuration of the client; it wins. */
  clientConfig?: S3ClientConfig | undefined
}

/** Makes a client that works with every server of this protocol, and holds as many connections as there are downloads. */
export function createClient({ endpoint, region, credentials, clientConfig }: S3Connection): S3Client {
  return new S3Client({
    // Other servers rarely have a name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The SDK's 50 would let the 51st download wait until another one has ended.
    requestHandler: { httpAgent: UNLIMITED, httpsAgent: UNLIMITED },
    ...clientConfig,
  })
}

const UNLIMITED = { maxSockets: Number.POSITIVE_INFINITY }
