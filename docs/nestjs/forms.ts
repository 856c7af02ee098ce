import { resolve } from 'node:path'
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Inject,
  Module,
  Param,
  Req,
  Res,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  FileNotFoundError,
  LocalFile,
  PathDownloadView,
  PermissionDeniedError,
  SmartDownloadMiddleware,
  sendfile,
  VirtualFile,
} from 'downloadview'
import {
  type Downloadable,
  DownloadException,
  DownloadInterceptor,
  DownloadModule,
  DownloadService,
} from 'downloadview/nest'
import type { Request, Response } from 'express'

const root = resolve('reports')

// #region kinds
@Controller('reports')
class ReportsController {
  readonly #files = PathDownloadView.asView({ root })

  // On Fastify: @Get('below/*')
  @Get('below/*path')
  below() {
    return this.#files
  }

  @Get('latest')
  latest(): Downloadable {
    return (request) => sendfile(request, 'latest.pdf', { root, attachment: true })
  }

  @Get('2025')
  async last() {
    return LocalFile.at(resolve(root, '2025.pdf'))
  }

  @Get(':year/summary')
  summary(@Param('year') year: string) {
    return new VirtualFile(`Summary of ${year}\n`, { name: `summary-${year}.txt` })
  }
}
// #endregion

// #region user
declare module 'downloadview' {
  interface DownloadContext {
    userId?: string | undefined
  }
}

class SalaryView extends PathDownloadView {
  override root = root
  override getPath(): string {
    const { userId } = this.request.context
    if (userId === undefined) throw new PermissionDeniedError()
    return `salaries/${userId}.pdf`
  }
}

const downloads = DownloadModule.forRoot({
  context: (host) => ({ userId: host.switchToHttp().getRequest<{ userId?: string }>().userId }),
})
// #endregion

class UserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request & { userId?: string | undefined }>()
    request.userId = request.get('x-user')
    return request.userId !== undefined
  }
}

// #region filter
@Catch(DownloadException)
class MissingFileFilter implements ExceptionFilter<DownloadException> {
  catch({ cause, message }: DownloadException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>()
    const text = cause instanceof FileNotFoundError ? 'There is no such document.' : message
    response.status(cause.status).send(text)
  }
}
// #endregion

@Controller('salaries')
@UseGuards(UserGuard)
@UseFilters(MissingFileFilter)
class SalariesController {
  readonly #salary = SalaryView.asView()

  @Get('mine')
  mine() {
    return this.#salary
  }
}

// #region service
@Controller('answers')
class AnswersController {
  constructor(@Inject(DownloadService) private readonly downloads: DownloadService) {}

  @Get(':name')
  async answer(@Req() request: Request, @Res() response: Response) {
    response.header('X-Answered-By', 'hand')
    await this.downloads.send(request, response, PathDownloadView.asView({ root, path: 'latest.pdf' }))
  }
}
// #endregion

// #region alone
@Controller('alone')
@UseInterceptors(DownloadInterceptor)
class AloneController {
  @Get()
  file() {
    return new VirtualFile('No module needed.\n', { name: 'alone.txt' })
  }
}
// #endregion

@Module({
  providers: [{ provide: 'site', useValue: { root, location: '/internal/reports' } }],
  exports: ['site'],
})
class SettingsModule {}

interface Site {
  readonly root: string
  readonly location: string
}

// #region async
export const configured = DownloadModule.forRootAsync({
  imports: [SettingsModule],
  inject: ['site'],
  useFactory: ({ root, location }: Site) => ({
    middleware: new SmartDownloadMiddleware({
      backend: 'nginx',
      rules: [{ sourceDir: root, destinationUrl: location }],
    }),
  }),
})
// #endregion

@Module({ imports: [downloads], controllers: [ReportsController, SalariesController, AnswersController] })
export class FormsModule {}

@Module({ imports: [configured], controllers: [ReportsController] })
export class ConfiguredModule {}

@Module({ controllers: [AloneController] })
export class AloneModule {}

/** Makes an application of one of these modules. */
export function start(module: Type): Promise<INestApplication> {
  return NestFactory.create(module, { logger: false, forceCloseConnections: true })
}
