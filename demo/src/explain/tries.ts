import type { OutgoingHttpHeaders } from 'node:http'

/** A request that the page can make, to see what comes of it. */
export interface Try {
  readonly label: string
  /** What it shows. */
  readonly text: string
  readonly method?: 'HEAD'
  /** Some are made of the tag that the document has. */
  readonly headers?: OutgoingHttpHeaders | ((etag: string) => OutgoingHttpHeaders)
  /** Asks as somebody who has not signed in. */
  readonly asStranger?: true
}

export const TRIES: Readonly<Record<string, Try>> = {
  whole: { label: 'Download', text: 'The whole document, as a browser asks for it.' },
  head: { label: 'Headers only', text: 'A HEAD: what a download would be, without its bytes.', method: 'HEAD' },
  range: {
    label: 'First 1000 bytes',
    text: 'A range, as players ask for it.',
    headers: { Range: 'bytes=0-999' },
  },
  resume: {
    label: 'Resume',
    text: 'All but the first 100 bytes, if the document is still the one that a client has the begin of.',
    headers: (etag) => ({ Range: 'bytes=100-', 'If-Range': etag }),
  },
  changed: {
    label: 'Resume an old version',
    text: 'The same with the tag of another version: the rest would not fit, so the whole document comes.',
    headers: { Range: 'bytes=100-', 'If-Range': '"another-version"' },
  },
  cached: {
    label: 'Ask again',
    text: 'A client that has the document already: nothing is sent twice.',
    headers: (etag) => ({ 'If-None-Match': etag }),
  },
  beyond: {
    label: 'Beyond the end',
    text: 'A range that the document does not have.',
    headers: { Range: 'bytes=999999999999-' },
  },
  stranger: { label: 'As a stranger', text: 'Without the cookie of your session.', asStranger: true },
}
