import { testS3Server } from './s3-expectations.js'
import { startSwift } from './swift.js'

testS3Server('Swift', startSwift)
