import { S3Client } from '@aws-sdk/client-s3'
import { StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { S3Storage } from 'downloadview/storages/s3'
import { serve } from './lib/contender.mjs'
import { BUCKET, CLIENT } from './lib/s3.mjs'

const storage = new S3Storage({ client: new S3Client(CLIENT), bucket: BUCKET })
await serve(toNodeHandler(StorageDownloadView.asView({ storage }), { route: '/*path' }))
