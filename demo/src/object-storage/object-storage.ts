import { S3Storage } from 'downloadview/storages/s3'
import { startObjectServer } from './server.js'

/** A bucket somewhere. Who asks, the SDK finds out: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a profile. */
export interface BucketAddress {
  /** Name of the bucket. */
  readonly bucket: string
  /** Address of a server other than Amazon's. */
  readonly endpoint?: string | undefined
}

export interface ObjectStorage {
  readonly storage: S3Storage
  close(): Promise<void>
}

/** Opens a bucket: the one that is told, or else one of a small server in this process that keeps it in the folder. */
export async function openObjectStorage(folder: string, address?: BucketAddress): Promise<ObjectStorage> {
  silenceSdk()
  if (address !== undefined) {
    const storage = openBucket(address)
    return { storage, close: async () => storage.close() }
  }
  const server = await startObjectServer(folder)
  const storage = openOwnBucket(server)
  return {
    storage,
    async close() {
      storage.close()
      await server.close()
    },
  }
}

// #region bucket
function openBucket({ bucket, endpoint }: BucketAddress): S3Storage {
  // A server of one's own rarely has regions; a signature needs the name of one.
  const region = process.env['AWS_REGION'] ?? (endpoint && 'us-east-1')
  return S3Storage.connect({ bucket, endpoint, region, prefix: 'downloadview-demo' })
}
// #endregion

function openOwnBucket({ endpoint, bucket, region, credentials }: Awaited<ReturnType<typeof startObjectServer>>) {
  return S3Storage.connect({ endpoint, bucket, region, credentials })
}

/** It warns that versions of next year will need a later Node; ours is pinned. */
function silenceSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
}
