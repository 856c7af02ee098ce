/** Lets the process seem to run on another platform until the function that this gives back is called. */
export function pretendPlatform(platform: NodeJS.Platform): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor
  Object.defineProperty(process, 'platform', { ...own, value: platform })
  return () => {
    Object.defineProperty(process, 'platform', own)
  }
}
