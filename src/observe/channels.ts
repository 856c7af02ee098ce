import { channel } from 'node:diagnostics_channel'
import type { DownloadEvent, DownloadListener, DownloadStage } from './event.js'

/**
 * Calls a listener for everything that happens to every download of the process. Gives back what ends that.
 *
 * It subscribes to the channels `downloadview:started`, `downloadview:handed-over`, `downloadview:completed`,
 * `downloadview:aborted` and `downloadview:failed` of `node:diagnostics_channel`. What a listener throws goes to the
 * console; whoever subscribes to a channel himself has it as an uncaught exception, as with all channels of Node.
 */
export function observeDownloads(listener: DownloadListener): () => void {
  const hear = (event: unknown) => tellSafely(listener, event as DownloadEvent)
  for (const each of CHANNELS) each.subscribe(hear)
  return () => {
    for (const each of CHANNELS) each.unsubscribe(hear)
  }
}

/** Calls a listener. Nothing comes back: an error, or a rejection, would end the process. */
export function tellSafely(listener: DownloadListener, event: DownloadEvent): void {
  const tell = async () => listener(event)
  tell().catch((error) => console.error('downloadview: a listener of downloads failed:', error))
}

/** Tells whether anybody listens to any channel. */
export function isHeard(): boolean {
  return (
    started.hasSubscribers ||
    completed.hasSubscribers ||
    aborted.hasSubscribers ||
    failed.hasSubscribers ||
    handedOver.hasSubscribers
  )
}

/** Tells those who listen to the channel of this stage. */
export function publish(event: DownloadEvent): void {
  BY_STAGE[event.stage].publish(event)
}

const started = channel('downloadview:started')
const handedOver = channel('downloadview:handed-over')
const completed = channel('downloadview:completed')
const aborted = channel('downloadview:aborted')
const failed = channel('downloadview:failed')

const CHANNELS = [started, handedOver, completed, aborted, failed]
const BY_STAGE = {
  started,
  'handed-over': handedOver,
  completed,
  aborted,
  failed,
} satisfies Record<DownloadStage, unknown>
