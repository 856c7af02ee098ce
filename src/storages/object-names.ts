import { ConfigurationError } from '../errors.js'
import { assertCanonicalKey, isKey } from './key.js'

/** Tells keys from the names of objects in a bucket, of which a folder may be ours. */
export class ObjectNames {
  readonly #prefix: string

  /**
   * @param prefix Name of the folder, with or without a `/` at its end. Default: the bucket itself.
   * @throws ConfigurationError for a folder that no key could name.
   */
  constructor(prefix = '') {
    if (prefix !== '' && !isKey(prefix.replace(/\/$/, ''))) {
      throw new ConfigurationError(`prefix must be names with "/" between them, got ${JSON.stringify(prefix)}.`)
    }
    this.#prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  }

  /** Name of the object under a key. Throws `InvalidKeyError`. */
  of(key: string): string {
    assertCanonicalKey(key)
    return this.#prefix + key
  }

  /** What the names of all objects below a folder begin with. Throws `InvalidKeyError`. */
  below(folder: string | undefined): string {
    return folder === undefined ? this.#prefix : `${this.of(folder)}/`
  }

  /** Key of an object; `undefined` for one that no key can name, as the empty ones that stand for folders. */
  keyOf(name: string): string | undefined {
    const key = name.slice(this.#prefix.length)
    return isKey(key) ? key : undefined
  }
}
