#!/usr/bin/env node
import { run } from './program.js'

// Whoever reads what is printed, such as `head`, may have enough of it before the end. A server goes on all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

await run(process.argv.slice(2))
