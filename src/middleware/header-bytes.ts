/** Writes text as a header carries it: its UTF-8 bytes, one character each. What has a control character cannot be. */
export function rawUtf8(text: string): string | undefined {
  return hasControl(text) ? undefined : Buffer.from(text).toString('latin1')
}

export function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these cannot be carried.
  return /[\u0000-\u001F\u007F]/.test(text)
}
