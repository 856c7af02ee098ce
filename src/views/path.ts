import { isAbsolute } from 'node:path'
import type { Awaitable } from '../awaitable.js'
import { ConfigurationError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { LocalFile } from '../files/local.js'
import type { Params } from '../handler.js'
import { type DotfilePolicy, rootFolder } from '../storages/disk/local-path.js'
import { assertCanonicalKey } from '../storages/key.js'
import { DownloadView } from './base.js'
import { missingParam, paramOf } from './params.js'

/** Serves a file of the local disk, given its path. */
export class PathDownloadView<P extends Params = Params> extends DownloadView<P> {
  /** Path of the file: absolute, or relative to {@link root}. A parameter of the route wins, see {@link pathParam}. */
  path: string | undefined
  /** Absolute path of the folder that contains the file, whatever links lie in it. Required for relative paths. */
  root: string | undefined
  /** Parameter of the route that holds the path, which is then relative to {@link root}. */
  pathParam = 'path'
  /** Names below the root that begin with a dot. */
  dotfiles: DotfilePolicy = 'deny'

  override checkOptions(): void {
    const name = this.constructor.name
    if (this.root !== undefined) rootFolder(this.root, name)
    else if (this.path !== undefined && !isAbsolute(this.path)) throw relativeWithoutRoot(name)
    // A subclass may find its file in any of its methods, and set the path there.
    else if (this.path === undefined && this.constructor === PathDownloadView) throw findsNothing(name)
  }

  /** Finds the path. The default gives back the route's parameter {@link pathParam}, else {@link path}. */
  getPath(): Awaitable<string> {
    const fromRoute = paramOf(this.params, this.pathParam)
    if (fromRoute !== undefined) {
      if (this.root === undefined) throw relativeWithoutRoot(this.constructor.name)
      // What a client names is never absolute, not even when the file lies in the root.
      assertCanonicalKey(fromRoute)
      return fromRoute
    }
    if (this.path !== undefined) return this.path
    throw missingParam(this, [this.pathParam], 'set `path` or override getPath()')
  }

  override async getFile(): Promise<DownloadFile> {
    return LocalFile.at(await this.getPath(), { root: this.root, dotfiles: this.dotfiles })
  }
}

function findsNothing(view: string): ConfigurationError {
  return new ConfigurationError(
    `${view} has neither a path nor a root, and so no file: set one of them, or override getPath() in a subclass.`,
  )
}

function relativeWithoutRoot(view: string): ConfigurationError {
  return new ConfigurationError(
    `${view}: a relative path needs a root. Set \`root\` to the folder that contains the files.`,
  )
}
