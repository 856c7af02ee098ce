import type { RequestListener, ServerResponse } from 'node:http'
import { after } from 'node:test'
import express from 'express'
import { toExpressHandler } from '../../../src/adapters/express/index.js'
import { type NodeHandler, toNodeHandler } from '../../../src/adapters/node/index.js'
import type { AdapterOptions } from '../../../src/adapters/options.js'
import type { DownloadHandler } from '../../../src/handler.js'
import type { DownloadEvent } from '../../../src/observe/event.js'
import { listen } from '../../adapters/servers.js'

/** A small site: some pages of its own, and files that downloadview serves. */
export interface Site {
  readonly origin: string
  /** What happened to its downloads, oldest first. */
  readonly events: DownloadEvent[]
}

/** What a site has. */
export interface SiteParts {
  /** HTML by its path. */
  readonly pages?: Readonly<Record<string, string>>
  /** Views by their routes. */
  readonly views: Readonly<Record<string, DownloadHandler>>
}

/** The servers that people use most. */
export const SERVERS = ['node:http', 'Express'] as const

/** Serves a site until the tests of the file have ended. */
export async function serveSite(server: (typeof SERVERS)[number], parts: SiteParts): Promise<Site> {
  const events: DownloadEvent[] = []
  // Faults are what the tests make, and see on the side of the browser.
  const options = { onDownload: (event: DownloadEvent) => void events.push(event), onError: () => undefined }
  const listener = server === 'Express' ? expressSite(parts, options) : nodeSite(parts, options)
  const { origin, close } = await listen(withPages(parts.pages ?? {}, listener))
  after(close)
  return { origin, events }
}

/** The statuses that a path was answered with, oldest first. */
export function repliesOf({ events }: Site, path: string): number[] {
  return events.filter(({ stage, urlPath }) => stage === 'started' && urlPath === path).map(({ status }) => status)
}

type Options = Pick<AdapterOptions<unknown>, 'onDownload' | 'onError'>

function nodeSite({ views }: SiteParts, options: Options): RequestListener {
  const handlers: NodeHandler[] = Object.entries(views).map(([route, view]) =>
    toNodeHandler(view, { ...options, route }),
  )
  return (req, res) => {
    const run = (index: number, error?: unknown): void => {
      const handler = handlers[index]
      if (handler === undefined || error !== undefined) answerError(res, error)
      else handler(req, res, (failure) => run(index + 1, failure))
    }
    run(0)
  }
}

function answerError(res: ServerResponse, error: unknown): void {
  const { status = 404 } = Object(error) as { status?: number }
  res.writeHead(status, { 'Content-Type': 'text/plain' }).end(`Error ${status}\n`)
}

function expressSite({ views }: SiteParts, options: Options): RequestListener {
  const app = express().set('env', 'test')
  for (const [route, view] of Object.entries(views)) app.all(route, toExpressHandler(view, options))
  return app
}

function withPages(pages: Readonly<Record<string, string>>, listener: RequestListener): RequestListener {
  return (req, res) => {
    const page = pages[req.url ?? '']
    if (page === undefined) {
      listener(req, res)
      return
    }
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
    res.end(`<!doctype html><title>Site</title><link rel="icon" href="data:,">${page}`)
  }
}
