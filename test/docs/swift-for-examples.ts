import { startSwift } from '../support/servers/swift.js'

/** Starts an object storage, and tells the examples of it by their environment; the bucket by a variable of that name. */
export async function startSwiftForExamples(bucket: string) {
  const swift = await startSwift()
  process.env['S3_ENDPOINT'] = swift.endpoint
  process.env['AWS_REGION'] = swift.region
  process.env['AWS_ACCESS_KEY_ID'] = swift.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = swift.credentials.secretAccessKey
  process.env[bucket] = await swift.createBucket()
  return swift
}
