import { negotiate } from '../../../src/responses/negotiate.js'
import { decide } from '../models/negotiation.js'
import { type Property, property } from '../property.js'
import { assertReply, contentOf, downloadOf, scene } from '../scenes.js'
import { namedConditions } from './headers.js'

const negotiation = property({
  id: 'negotiation',
  says: 'any request for any file is answered as a slow reader of RFC 9110, 13.2.2 and 14 answers it, to the last byte',
  share: 24,
  isAsync: true,
  cases: scene,
  async check(scene) {
    const asked = new Map<string, string>()
    for (const [name, value] of Object.entries(namedConditions(scene.asked))) asked.set(name.toLowerCase(), value)
    if (scene.range !== null) asked.set('range', scene.range)
    const headers = { get: (name: string) => asked.get(name.toLowerCase()) ?? null }
    const reply = await negotiate({ method: scene.method, headers }, downloadOf(scene))
    const fields = Object.fromEntries([...reply.headers].map(([name, value]) => [name.toLowerCase(), String(value)]))
    const pieces: Uint8Array[] = []
    if (reply.body !== undefined) {
      for await (const piece of reply.body.open(new AbortController().signal)) pieces.push(piece)
    }
    const body = reply.body && Buffer.concat(pieces)
    assertReply(decide(scene), contentOf(scene), { status: reply.status, headers: fields, body })
  },
})

/** What a request gets of a download. */
export const negotiationProperties: readonly Property[] = [negotiation]
