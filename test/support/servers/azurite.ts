import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { startProgram } from './program.js'

/** A real server that speaks the protocol of Azure Blob Storage and checks signatures. */
export interface AzureServer {
  readonly connectionString: string
  readonly accountName: string
  readonly accountKey: string
  /** Address of the blobs of the account. */
  readonly endpoint: string
  /** Makes an empty container, which no other test has. */
  createContainer(): Promise<ContainerClient>
  readonly pids: readonly number[]
  close(): Promise<void>
}

/** Starts Azurite, which keeps all in memory. */
export async function startAzurite(): Promise<AzureServer> {
  const program = await startProgram(process.execPath, [MAIN, ...OPTIONS])
  try {
    const [, origin] = await program.printed(/listens on (http:\S+)/)
    const endpoint = `${origin}/${NAME}`
    const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(NAME, KEY))
    return {
      endpoint,
      accountName: NAME,
      accountKey: KEY,
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${NAME};AccountKey=${KEY};BlobEndpoint=${endpoint};`,
      async createContainer() {
        const container = service.getContainerClient(`container-${crypto.randomUUID()}`)
        await container.create()
        return container
      },
      pids: [program.pid],
      close: () => program.stop(),
    }
  } catch (error) {
    await program.stop()
    throw error
  }
}

const MAIN = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/blob/main.js')

// Telemetry would look for the network again and again. Port 0 is a free one, which Azurite then prints.
const OPTIONS = [
  ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
  ...['--silent', '--skipApiVersionCheck', '--disableTelemetry'],
]

/** The account that Azurite always has, and that its documentation gives. */
const NAME = 'devstoreaccount1'
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
