import { resolve } from 'node:path'
import express from 'express'

export const app = express()
const root = resolve('invoices')

// #region send-file
app.get('/invoices/:id', (req, res) => {
  res.sendFile(`${req.params.id}.pdf`, { root })
})

app.get('/invoices/:id/download', (req, res) => {
  res.download(`${req.params.id}.pdf`, `invoice-${req.params.id}.pdf`, { root })
})
// #endregion

// #region static
app.use('/files', express.static('public', { maxAge: '1h' }))
// #endregion
