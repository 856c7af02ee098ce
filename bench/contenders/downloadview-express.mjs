import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import { serve } from './lib/contender.mjs'
import { files } from './lib/downloads.mjs'

await serve(express().get('/*path', toExpressHandler(files)))
