import { type Color, encodePng } from './png.js'

/** A sun that sets behind hills. */
export function sunsetPng(): Buffer {
  const [width, height] = [800, 450]
  return encodePng(width, height, (x, y) => {
    const hill = HILLS.findLast((it) => y > height * (it.top + it.swing * Math.sin((x / width) * it.waves + it.shift)))
    if (hill !== undefined) return hill.color
    const sky = mix(mix(NIGHT, DUSK, y / (0.45 * height)), HORIZON, (y / height - 0.25) / 0.45)
    const distance = Math.hypot(x - 0.62 * width, y - 0.55 * height) / height
    return mix(mix(sky, SUN, 0.5 * Math.exp(-5 * distance)), SUN, (0.125 - distance) * height)
  })
}

/** An arrow that points down, in a disc. */
export function badgePng(): Buffer {
  const size = 96
  return encodePng(size, size, (x, y) => {
    const [right, down] = [x + 0.5 - size / 2, y + 0.5 - size / 2]
    const inDisc = size / 2 - 1 - Math.hypot(right, down)
    const inShaft = Math.min(5 - Math.abs(right), down + 26, 4 - down)
    const inHead = Math.min(down + 2, (24 - down - Math.abs(right)) * Math.SQRT1_2)
    return mix([...TEAL, 255 * clamp(inDisc + 0.5)], [255, 255, 255, 255], Math.max(inShaft, inHead) + 0.5)
  })
}

/** A head and shoulders, in a disc. */
export function avatarPng(): Buffer {
  const size = 160
  return encodePng(size, size, (x, y) => {
    const [right, down] = [x + 0.5 - size / 2, y + 0.5 - size / 2]
    const inDisc = size / 2 - 1 - Math.hypot(right, down)
    const inHead = 27 - Math.hypot(right, down + 18)
    const inShoulders = 48 - Math.hypot(right, (down - 62) * 1.15)
    return mix([...TEAL, 255 * clamp(inDisc + 0.5)], CREAM, Math.min(inDisc, Math.max(inHead, inShoulders)) + 0.5)
  })
}

const NIGHT: Color = [38, 32, 84, 255]
const DUSK: Color = [196, 78, 110, 255]
const HORIZON: Color = [250, 176, 96, 255]
const SUN: Color = [255, 240, 196, 255]
const CREAM: Color = [244, 238, 222, 255]
const TEAL = [42, 115, 88] as const

/** From the back to the front. */
const HILLS: readonly { top: number; swing: number; waves: number; shift: number; color: Color }[] = [
  { top: 0.66, swing: 0.04, waves: 7, shift: 0.4, color: [122, 58, 98, 255] },
  { top: 0.76, swing: 0.05, waves: 5, shift: 2.2, color: [78, 40, 82, 255] },
  { top: 0.88, swing: 0.04, waves: 8, shift: 4, color: [38, 24, 56, 255] },
]

/** Goes from one color (0) to another (1). */
function mix(from: Color, to: Color, part: number): Color {
  const share = clamp(part)
  const between = (index: 0 | 1 | 2 | 3) => Math.round(from[index] + (to[index] - from[index]) * share)
  return [between(0), between(1), between(2), between(3)]
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
