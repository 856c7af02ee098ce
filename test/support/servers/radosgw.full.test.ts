import { startRadosgw } from './radosgw.js'
import { testS3Server } from './s3-expectations.js'

testS3Server('radosgw', startRadosgw)
