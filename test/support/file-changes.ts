import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'

/** The ways in which a file comes to have another text. */
export const FILE_CHANGES: Readonly<Record<string, (path: string, text: string) => void>> = {
  'replaced by another file': (path, text) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  },
  'rewritten in place': (path, text) => writeFileSync(path, text, { flag: 'r+' }),
  'cut to nothing and rewritten': (path, text) => writeFileSync(path, text),
  'deleted and made anew': (path, text) => {
    unlinkSync(path)
    writeFileSync(path, text)
  },
  'renamed and followed by another': (path, text) => {
    renameSync(path, `${path}.old`)
    writeFileSync(path, text)
  },
  'replaced by a link to another file': (path, text) => {
    const target = `${path}.${text.trim()}`
    writeFileSync(target, text)
    symlinkSync(target, `${path}.new`)
    renameSync(`${path}.new`, path)
  },
}
