import { readdirSync, readlinkSync } from 'node:fs'

/** Paths of the files below a folder that this process has open, one for each descriptor. */
export function openBelow(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    const path = targetOf(descriptor)
    return path?.startsWith(`${folder}/`) ? [path] : []
  })
}

/** The descriptor that the listing itself took is gone by now. */
function targetOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return undefined
  }
}
