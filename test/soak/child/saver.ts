import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { piecesOf, SAVED_KEYS } from '../saved.js'

// Saves one version after the other until it is killed, and says when the first one is there. Its arguments are a folder and the number of the first version.

const [, , root = '', first = '0'] = process.argv
const storage = new FileSystemStorage({ root })
for (let number = Number(first); ; number++) {
  const key = SAVED_KEYS[number % SAVED_KEYS.length] as string
  // Another way to take the final name.
  const overwrite = number % 3 !== 0
  if (!overwrite) await storage.delete(key)
  await storage.save(key, piecesOf(key, number), { overwrite })
  if (number === Number(first)) process.stdout.write('saved\n')
}
