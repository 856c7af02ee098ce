import type { DynamicModule, InjectionToken, ModuleMetadata, OptionalFactoryDependency, Provider } from '@nestjs/common'
import { APP_INTERCEPTOR } from '@nestjs/core'
import { DownloadInterceptor } from './interceptor.js'
import { DOWNLOAD_OPTIONS, type DownloadModuleOptions } from './options.js'
import { DownloadService } from './service.js'

/** Options of {@link DownloadModule.forRootAsync}. */
export interface DownloadModuleAsyncOptions<Needs extends unknown[] = never[]> {
  /** Modules that have what {@link inject} names. Default: none. */
  imports?: NonNullable<ModuleMetadata['imports']> | undefined
  /** What {@link useFactory} is called with. Default: nothing. */
  inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined
  /** Makes the options when the application starts. */
  useFactory: (...needs: Needs) => DownloadModuleOptions | Promise<DownloadModuleOptions>
}

/**
 * Lets the controllers of an application return downloads, on Express and on Fastify, and gives every module a
 * {@link DownloadService}.
 *
 * Import it once, in the module of the application.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows modules by their classes.
export class DownloadModule {
  /** Takes the options as they are. */
  static forRoot(options: DownloadModuleOptions = {}): DynamicModule {
    return moduleWith({ provide: DOWNLOAD_OPTIONS, useValue: options })
  }

  /** Makes the options from what other modules provide. */
  static forRootAsync<Needs extends unknown[]>({
    imports = [],
    inject = [],
    useFactory,
  }: DownloadModuleAsyncOptions<Needs>): DynamicModule {
    const factory = useFactory as (...needs: unknown[]) => DownloadModuleOptions | Promise<DownloadModuleOptions>
    return moduleWith({ provide: DOWNLOAD_OPTIONS, inject, useFactory: factory }, imports)
  }
}

function moduleWith(options: Provider, imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
  return {
    module: DownloadModule,
    global: true,
    imports,
    providers: [
      options,
      DownloadInterceptor,
      DownloadService,
      { provide: APP_INTERCEPTOR, useExisting: DownloadInterceptor },
    ],
    exports: [DOWNLOAD_OPTIONS, DownloadInterceptor, DownloadService],
  }
}
