export const lines: string[] = []

/** Writes one line of JSON for each entry, as pino does. */
export const logger = { info: write('info'), error: write('error') }

function write(level: string) {
  return (fields: object, message: string) => void lines.push(JSON.stringify({ level, ...fields, message }))
}
