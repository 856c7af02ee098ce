import { toExpressHandler } from 'downloadview/express'
import { createCanaryHandler, createHealthChecks, healthHandler, writeCanaries } from 'downloadview/health'
import express from 'express'
import config from './downloadview.config.js'

await writeCanaries(config)
const app = express()
app.get('/-/downloadview/:rule/:name', toExpressHandler(createCanaryHandler(config)))

const checks = createHealthChecks({ config, publicUrl: 'https://files.example' })
app.get('/health/downloads', toExpressHandler(healthHandler(checks)))
app.listen(3000)
