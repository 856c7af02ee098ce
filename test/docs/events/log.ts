import { observeDownloads } from 'downloadview'
import { logger } from './logger.js'

observeDownloads((event) => {
  if (event.stage === 'started') return
  if (event.stage === 'failed' && event.status >= 500) logger.error(event, 'download')
  else logger.info(event, 'download')
})
