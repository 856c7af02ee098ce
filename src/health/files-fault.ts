import { type ByName, firstOf } from './canary.js'
import { RENEW_CANARY, WRITE_CANARIES } from './canary-fault.js'
import type { FileState } from './file-state.js'
import type { ChainObservations, InnerObservations } from './observations.js'
import type { Fault } from './report.js'

/** Finds out whether the canary files of a rule can be read from here, as the application would read them. */
export function filesFault(
  { canaries }: Pick<ChainObservations, 'canaries'>,
  { files }: Pick<InnerObservations, 'files'>,
): Fault | undefined {
  const { position, sourceDir } = canaries.plain.rule
  return firstOf((name) => faultOf(files[name], position, sourceDir))
}

/** Tells whether the files can be looked at from here at all; where the application runs elsewhere, they cannot. */
export function areElsewhere(files: ByName<FileState>): boolean {
  return files.plain.state === 'elsewhere' || files.plain.state === 'folder-missing'
}

function faultOf({ state, path, reason }: FileState, rule: number, sourceDir: string | undefined): Fault | undefined {
  const file = path === undefined ? 'the canary' : `"${path}"`
  switch (state) {
    case 'readable':
    case 'elsewhere':
      return undefined
    case 'folder-missing':
      return {
        code: 'folder-missing',
        guilty: 'files',
        message: `There is no folder "${sourceDir}", which rule ${rule} names as sourceDir.`,
        mend: 'Correct sourceDir, make the folder, or mount the disk that it is on.',
      }
    case 'missing':
      return {
        code: 'canary-missing',
        guilty: 'files',
        message: `The canary file of rule ${rule} is not there: ${file}.`,
        mend: WRITE_CANARIES,
      }
    case 'changed':
      return {
        code: 'wrong-bytes',
        guilty: 'files',
        message: `The canary file of rule ${rule} has other bytes than it should: ${file}.`,
        mend: RENEW_CANARY,
      }
    case 'forbidden':
      return {
        code: 'files-unreadable',
        guilty: 'files',
        message: `This process may not read ${file}: ${reason}.`,
        mend: 'Let its user read the file and enter each folder above it, or run this check as the user of the application.',
      }
    case 'failed':
      return {
        code: 'files-unreadable',
        guilty: 'files',
        message: `The storage of rule ${rule} fails for ${file}: ${reason}.`,
        mend: 'Mend the disk or the storage; the words of the system are above.',
      }
  }
}
