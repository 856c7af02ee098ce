import assert from 'node:assert/strict'
import { type AddressInfo, Server } from 'node:net'

/** Runs an example as it stands in the page; only the port that it listens on becomes a free one. */
export async function servingExample(example: string, use: (origin: string) => Promise<void>): Promise<void> {
  const { listen } = Server.prototype
  const listening = new Promise<Server>((resolve) => {
    Server.prototype.listen = function (this: Server, port: unknown) {
      assert.equal(port, 3000)
      return Reflect.apply(listen, this, [0, '127.0.0.1', () => resolve(this)])
    }
  })
  await import(example)
  const server = await listening
  Server.prototype.listen = listen
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
