import express from 'express'
import { root, serve } from './lib/contender.mjs'

await serve(
  express().get('/*path', (req, res) => {
    res.download(req.params.path.join('/'), { root })
  }),
)
