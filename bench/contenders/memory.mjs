import { createServer, get } from 'node:http'
import { toNodeHandler } from 'downloadview/node'
import { listen, serve } from './lib/contender.mjs'
import { files } from './lib/downloads.mjs'

/** What is asked for first is learned from our own server, in this process: from then on it comes from memory. */
const learned = new Map()
const teacher = await listen(createServer(toNodeHandler(files, { route: '/*path' })))

await serve((req, res) => {
  const answer = learned.get(keyOf(req))
  if (answer === undefined) void learn(req, res)
  else send(answer, res)
})

async function learn(req, res) {
  const answer = await ask(req)
  learned.set(keyOf(req), answer)
  send(answer, res)
}

function send({ status, headers, body }, res) {
  res.writeHead(status, headers)
  res.end(body)
}

function keyOf({ url, headers }) {
  return `${url} ${headers.range ?? ''} ${headers['if-none-match'] ?? ''}`
}

function ask({ url, headers }) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: teacher, path: url, headers, agent: false }, async (answer) => {
      const body = Buffer.concat(await answer.toArray())
      resolve({ status: answer.statusCode, headers: headersOf(answer), body })
    }).on('error', reject)
  })
}

/** As they were sent. Those that Node writes by itself are left to it here as well. */
function headersOf({ rawHeaders }) {
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []))
  return Object.fromEntries(pairs.filter(([name]) => !OF_NODE.includes(name.toLowerCase())))
}

const OF_NODE = ['date', 'connection', 'keep-alive']
