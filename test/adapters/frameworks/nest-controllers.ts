import { type EventEmitter, once } from 'node:events'
import {
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Header,
  HttpException,
  Inject,
  type NestInterceptor,
  Param,
  Post,
  Req,
  Res,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { finalize, map, of } from 'rxjs'
import { type Downloadable, DownloadInterceptor, DownloadService } from '../../../src/adapters/nest/index.js'
import {
  DownloadError,
  type DownloadErrorOptions,
  FileNotFoundError,
  PermissionDeniedError,
  UpstreamError,
} from '../../../src/errors.js'
import { ContentFile } from '../../../src/files/content.js'
import type { DownloadFile } from '../../../src/files/file.js'
import { VirtualFile } from '../../../src/files/virtual.js'
import { DownloadResponse } from '../../../src/responses/download.js'
import { EmptyResponse } from '../../../src/responses/empty.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { sendfile } from '../../../src/views/sendfile.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { createGate } from '../wait.js'
import { decorate } from './nest-decorate.js'

/** Returns everything that can be returned. */
export function kinds(root: string, below: string) {
  class NumberView extends VirtualDownloadView<{ id: string }> {
    override getFile(): VirtualFile {
      return new VirtualFile(`number ${this.params.id}`, { name: 'number.txt' })
    }
  }
  class KindsController {
    readonly digits = PathDownloadView.asView({ root, path: 'digits.txt' })
    readonly number = NumberView.asView()
    readonly files = PathDownloadView.asView({ root })

    view() {
      return this.digits
    }
    made() {
      return this.file()
    }
    async promise() {
      return this.digits
    }
    observable() {
      return of(this.digits)
    }
    file() {
      return new ContentFile(Buffer.from('0123456789'), { name: 'digits.txt' })
    }
    response() {
      return new DownloadResponse(this.file(), { attachment: false })
    }
    sendfile(): Downloadable {
      return (request) => sendfile(request, 'digits.txt', { root })
    }
    empty() {
      return new EmptyResponse(204, { 'X-Own': '1' })
    }
    below() {
      return this.files
    }
    named() {
      return this.number
    }
    headers(response: PlatformResponse) {
      response.header('X-Set', 'too')
      return this.digits
    }
    json() {
      return { name: 'a', open: false }
    }
    text() {
      return 'text'
    }
    nothing() {}
    streamable() {
      return new StreamableFile(Buffer.from('bytes'))
    }
  }
  decorate(KindsController, [Controller()], {
    view: [Get('view')],
    made: [Post('made')],
    promise: [Get('promise')],
    observable: [Get('observable')],
    file: [Get('file')],
    response: [Get('response')],
    sendfile: [Get('sendfile')],
    empty: [Get('empty')],
    below: [Get(below)],
    named: [Get('named/:id')],
    headers: [
      Get('headers'),
      Header('X-Decorated', 'yes'),
      Header('Cache-Control', 'public, max-age=60'),
      [Res({ passthrough: true })],
    ],
    json: [Get('json')],
    text: [Get('text')],
    nothing: [Get('nothing')],
    streamable: [Get('streamable')],
  })
  return KindsController
}

/** Lets users in whose name is in a header; the view keeps who asked it. */
export function guarded(asked: string[]) {
  class UserGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: string }>()
      const user = request.headers['x-user']
      if (user !== undefined) request.user = user
      return user !== undefined
    }
  }
  class UserView extends VirtualDownloadView {
    override getFile(): VirtualFile {
      const { user } = this.request.context as { user: string }
      asked.push(user)
      return new VirtualFile(`for ${user}`, { name: 'user.txt' })
    }
  }
  class GuardedController {
    readonly #view = UserView.asView()
    serve() {
      return this.#view
    }
  }
  decorate(GuardedController, [Controller(), UseGuards(UserGuard)], { serve: [Get('guarded')] })
  return GuardedController
}

/** Fails in all the ways there are; `filtered/…` has a filter as Nest's own documentation shows it. */
export function failing(caught: unknown[]) {
  class EveryFilter implements ExceptionFilter {
    catch(error: unknown, host: Parameters<ExceptionFilter['catch']>[1]): void {
      caught.push(error)
      const status = error instanceof HttpException ? error.getStatus() : 500
      host.switchToHttp().getResponse<PlatformResponse>().status(status).send('filtered')
    }
  }
  decorate(EveryFilter, [Catch()])

  class FailingController {
    plain(name: keyof typeof ERRORS): Downloadable {
      return () => Promise.reject(ERRORS[name]())
    }
    filtered(name: keyof typeof ERRORS): Downloadable {
      return this.plain(name)
    }
  }
  decorate(FailingController, [Controller()], {
    plain: [Get('plain/:name'), [Param('name')]],
    filtered: [Get('filtered/:name'), UseFilters(EveryFilter), [Param('name')]],
  })
  return FailingController
}

const ERRORS = {
  missing: () => new FileNotFoundError(undefined, { path: '/secret/missing' }),
  refused: () => new PermissionDeniedError(),
  login: () => unauthorized({ headers: { 'WWW-Authenticate': 'Basic' } }),
  busy: () => new UpstreamError('secret', { status: 503, retryAfter: 7 }),
  'bad-headers': () => unauthorized({ headers: { 'X-Bad': 'a\r\nb' } }),
  upstream: () => new UpstreamError('The secret host is away.'),
  bug: () => new RangeError('secret'),
  nest: () => new ForbiddenException(),
}

function unauthorized(options: DownloadErrorOptions): DownloadError {
  return new DownloadError('Log in.', { status: 401, ...options })
}

/** Answers by itself. */
export function answering() {
  class NumberView extends VirtualDownloadView<{ id: string }> {
    override getFile(): VirtualFile {
      if (this.params.id === 'missing') throw new FileNotFoundError()
      return new VirtualFile(`number ${this.params.id}`, { name: 'number.txt', size: 8 })
    }
  }
  class AnsweringController {
    readonly #number = NumberView.asView()
    readonly #downloads: DownloadService

    constructor(downloads: DownloadService) {
      this.#downloads = downloads
    }

    async send(request: object, response: PlatformResponse): Promise<void> {
      response.header('X-Set', 'too')
      await this.#downloads.send(request, response, this.#number)
    }
  }
  const needs = (target: object) => Inject(DownloadService)(target, undefined, 0)
  decorate(AnsweringController, [Controller(), needs], { send: [Get('service/:id'), [Req(), Res()]] })
  return AnsweringController
}

/** Has the interceptor, and no module. */
export function alone() {
  class AloneController {
    serve() {
      return new ContentFile(Buffer.from('0123456789'), { name: 'digits.txt' })
    }
  }
  decorate(AloneController, [Controller(), UseInterceptors(DownloadInterceptor)], { serve: [Get('alone')] })
  return AloneController
}

/**
 * Returns the given files, one for each request, where other interceptors are at work. Those of a controller are inside
 * of the module's: `UseInterceptors(…, DownloadInterceptor)` puts one inside of them.
 */
export function intercepted(files: DownloadFile[]) {
  const done = createGate()
  const failing = after(
    map(() => {
      throw new ForbiddenException()
    }),
  )
  const replacing = after(map(() => 'replaced'))
  const wrapping = after(map((data) => (data instanceof StreamableFile ? data : { data })))
  const telling = after(finalize(() => done.open()))

  async function* waitForTheHandler() {
    yield 'the handler '
    await done.opened
    yield 'is done'
  }

  class InterceptedController {
    watched() {
      return files.shift()
    }
    replaced() {
      return files.shift()
    }
    wrapped() {
      return files.shift()
    }
    async lateFailing({ socket }: { socket: EventEmitter }) {
      const file = files.shift()
      await once(socket, 'close')
      return file
    }
    lateWrapping(request: { socket: EventEmitter }) {
      return this.lateFailing(request)
    }
    json() {
      return { a: 1 }
    }
    waiting() {
      return new VirtualFile(waitForTheHandler(), { name: 'a.txt' })
    }
    twice() {
      return new ContentFile(Buffer.from('0123456789'), { name: 'digits.txt' })
    }
  }
  decorate(InterceptedController, [Controller()], {
    watched: [Get('failing'), UseInterceptors(failing, DownloadInterceptor)],
    replaced: [Get('replacing'), UseInterceptors(replacing, DownloadInterceptor)],
    wrapped: [Get('wrapping'), UseInterceptors(wrapping, DownloadInterceptor)],
    lateFailing: [Get('late/failing'), UseInterceptors(failing, DownloadInterceptor), [Req()]],
    lateWrapping: [Get('late/wrapping'), UseInterceptors(wrapping, DownloadInterceptor), [Req()]],
    json: [Get('wrapping-json'), UseInterceptors(wrapping, DownloadInterceptor)],
    waiting: [Get('waiting'), UseInterceptors(telling, DownloadInterceptor)],
    twice: [Get('twice'), UseInterceptors(DownloadInterceptor)],
  })
  return InterceptedController
}

/** An interceptor that does something with what is returned. */
function after(operator: Parameters<ReturnType<Parameters<NestInterceptor['intercept']>[1]['handle']>['pipe']>[0]) {
  return { intercept: (_context, next) => next.handle().pipe(operator) } satisfies NestInterceptor
}

/** A file that holds something until it is let go of, and counts. */
export class WatchedFile implements DownloadFile {
  readonly name = 'watched.txt'
  opened = 0
  closed = 0

  async stat() {
    return { size: 7 }
  }

  async *open() {
    this.opened++
    yield Buffer.from('watched')
  }

  close(): void {
    this.closed++
  }
}

/** What the responses of both platforms have. */
interface PlatformResponse {
  header(name: string, value: string): this
  status(status: number): this
  send(body: string): unknown
}
