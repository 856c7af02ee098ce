/** Pipes a body to a client, and lets go of it when the client has gone: the least that is right. */
export function passOn(body, res) {
  body.once('error', () => res.destroy())
  res.once('close', () => body.destroy())
  body.pipe(res)
}
