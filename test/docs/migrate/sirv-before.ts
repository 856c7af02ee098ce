import { createServer } from 'node:http'
import sirv from 'sirv'

const files = sirv('public', { etag: true, maxAge: 3600 })

export const server = createServer((req, res) => files(req, res))
