/** koa-send and koa-static ship no types; this is what the examples use of them. */
declare module 'koa-send' {
  import type { Context } from 'koa'

  function send(ctx: Context, path: string, options?: { root?: string }): Promise<string | undefined>
  export = send
}

declare module 'koa-static' {
  import type { Middleware } from 'koa'

  function serve(root: string, options?: { maxage?: number }): Middleware
  export = serve
}
