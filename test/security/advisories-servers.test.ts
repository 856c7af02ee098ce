import { adapters } from '../adapters/servers.js'
import { ATTACKS } from './attacks.js'
import { testAdvisories } from './suite.js'

const { nodeHttp, nodeHttpStack, http2Compat, http2Streams, fetchBehindNode } = adapters
testAdvisories([nodeHttp, nodeHttpStack, http2Compat, http2Streams, fetchBehindNode], ATTACKS)
