import { S3Client } from '@aws-sdk/client-s3'
import { S3Storage, type S3StorageOptions } from '../../src/storages/s3/index.js'
import { startFaultProxy } from '../support/fault-proxy.js'
import type { S3Server } from '../support/servers/s3.js'
import type { RemoteStorage } from './expectations.js'

/** A bucket of a real server, with a fault proxy in front, as the expectations want it. */
export async function startRemote(server: S3Server): Promise<RemoteStorage> {
  const faults = await startFaultProxy(portOf(server))
  const bucket = await server.createBucket()
  const direct = S3Storage.connect({ ...addressOf(server), bucket })
  const storages = [direct]
  return {
    direct,
    faults,
    through(limits) {
      const storage = S3Storage.connect({ ...addressOf(server), bucket, endpoint: faults.origin, ...limits })
      storages.push(storage)
      return storage
    },
    async close() {
      for (const storage of storages) storage.close()
      await faults.close()
    },
  }
}

/** A storage in an empty bucket, by a client that is configured as the SDK does by itself, as an application has it. */
export async function withDefaultClient(
  server: S3Server,
  options: Partial<S3StorageOptions> & { endpoint?: string } = {},
): Promise<{ storage: S3Storage; client: S3Client; bucket: string; dispose(): void }> {
  const { endpoint, ...rest } = options
  const client = new S3Client({ ...addressOf(server), ...(endpoint && { endpoint }), forcePathStyle: true })
  const bucket = await server.createBucket()
  const storage = new S3Storage({ client, bucket, ...rest })
  return { storage, client, bucket, dispose: () => client.destroy() }
}

export function addressOf({ endpoint, region, credentials }: S3Server) {
  return { endpoint, region, credentials }
}

export function portOf({ endpoint }: S3Server): { host: string; port: number } {
  const { hostname: host, port } = new URL(endpoint)
  return { host, port: Number(port) }
}
