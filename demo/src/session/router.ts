import { PermissionDeniedError } from 'downloadview'
import { type Request, type RequestHandler, type Response, Router, urlencoded } from 'express'
import type { Site } from '../site.js'
import { signInPage } from './page.js'
import { assertSameOrigin } from './same-origin.js'
import type { Sessions } from './sessions.js'
import { isUser, type UserId } from './users.js'

/** Signs visitors in and out. */
export function sessionRouter({ sessions }: Pick<Site, 'sessions'>): Router {
  const router = Router()
  router.get('/session/', (request, response) => signInPage(response, nextOf(request.query['next'])))

  router.post('/session/', urlencoded({ extended: false, limit: '1kb' }), (request, response) => {
    assertSameOrigin(request)
    const { user, next }: Fields = request.body ?? {}
    if (!isUser(user)) throw new PermissionDeniedError('There is no such user.')
    response.set('Set-Cookie', sessions.begin(user)).redirect(303, nextOf(next))
  })

  router.post('/session/end/', (request, response) => {
    assertSameOrigin(request)
    response.set('Set-Cookie', sessions.end()).redirect(303, '/')
  })
  return router
}

type Fields = Readonly<Record<string, unknown>>

declare global {
  namespace Express {
    interface Locals {
      /** Who has signed in. */
      viewer?: UserId | undefined
    }
  }
}

/** Lets every page know who looks at it. */
export function rememberViewer(sessions: Sessions): RequestHandler {
  return (request, response, next) => {
    response.locals['viewer'] = sessions.userOf(request)
    next()
  }
}

/** Who looks at a page. */
export function viewerOf({ locals }: Pick<Response, 'locals'>): UserId | undefined {
  return locals['viewer']
}

/** Who acts: somebody who has signed in, by a form of this site. */
export function actorOf(request: Request, response: Response): UserId {
  assertSameOrigin(request)
  const viewer = viewerOf(response)
  if (viewer === undefined) throw new PermissionDeniedError('Sign in first.')
  return viewer
}

/** A page of this site and of no other, wherever a link says that the visitor came from. */
function nextOf(next: unknown): string {
  return typeof next === 'string' && /^\/(?:[\w-]+\/)*$/.test(next) ? next : '/library/'
}
