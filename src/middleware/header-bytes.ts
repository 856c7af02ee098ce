/**
 * Writes text as a header carries it: its UTF-8 bytes, one character each. Two things cannot be carried: a control
 * character, and a blank at the end, which whoever reads the header takes away.
 */
export function rawUtf8(text: string): string | undefined {
  return hasControl(text) || text.endsWith(' ') ? undefined : Buffer.from(text).toString('latin1')
}

export function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these cannot be carried.
  return /[\u0000-\u001F\u007F]/.test(text)
}
