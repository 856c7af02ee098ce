import process from 'node:process'
import { testNode } from './nodes.js'

/** What is expected of other runtimes is right if it holds where the rest of the tests run. */
testNode(`Node ${process.versions.node}`, async () => process.execPath)
