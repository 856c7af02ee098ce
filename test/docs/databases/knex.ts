import { fromKnex } from 'downloadview/knex'
import { type Invoice, knex } from './setup/knex.js'

export const invoices = fromKnex(knex<Invoice>('invoices').whereIn('tenant', [1, 2]).select('id', 'pdf', 'title'))
