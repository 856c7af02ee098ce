import { connect, type Socket } from 'node:net'

// Clients that begin a download, read its head, and then nothing. Arguments: a port, a path, and how many. It says how
// many there are, and ends with its parent.

const [, , port = '', path = '', count = '0'] = process.argv
const sockets: Socket[] = []
let isRefused = false
let begun = 0
// A few at a time: a server takes them in one after the other.
await Promise.all(Array.from({ length: 50 }, begin))
process.send?.(sockets.length)
process.on('disconnect', () => process.exit())

async function begin(): Promise<void> {
  while (begun++ < Number(count) && !isRefused) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      })
      socket.once('data', (data) => {
        socket.pause()
        if (data.toString('latin1', 0, 12) === 'HTTP/1.1 200') sockets.push(socket)
        resolve()
      })
      socket.once('error', () => {
        isRefused = true
        resolve()
      })
    })
  }
}
