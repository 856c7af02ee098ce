import { origin } from './contender.mjs'

export const BUCKET = 'files'

/** The same for both: as many connections as there are downloads, and checksums only where S3 asks for them. */
export const CLIENT = {
  endpoint: origin,
  forcePathStyle: true,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: { httpAgent: { maxSockets: Number.POSITIVE_INFINITY } },
}
