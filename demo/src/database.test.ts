import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { explainMissingDriver, openDatabase } from './database.js'
import { createDemo } from './demo.js'

test('who has a PostgreSQL server but no driver is told how to install it', async () => {
  const missing = 'a-driver-that-nobody-has'
  await assert.rejects(import(missing).catch(explainMissingDriver), {
    message: 'DATABASE_URL needs the driver "pg". Install it: npm install --no-save pg',
  })
})

test('any other fault of the driver stays what it is', () => {
  const fault = new Error('broken')
  assert.throws(() => explainMissingDriver(fault), fault)
})

test('data of another version, or damaged data, is refused with what to do, and can be opened again', async () => {
  await inFolder(async (dataFolder) => {
    await (await createDemo({ dataFolder })).close()

    await execute(dataFolder, 'alter table downloadview_demo_documents rename column owner to proprietor')
    await assert.rejects(createDemo({ dataFolder }), /column "owner" .*does not exist.* npm run demo -- --reset/)

    // The refused one let go of the folder and of the database.
    await execute(dataFolder, 'alter table downloadview_demo_documents rename column proprietor to owner')
    await (await createDemo({ dataFolder })).close()

    await writeFile(join(dataFolder, 'database/global/pg_control'), 'rubbish')
    await assert.rejects(createDemo({ dataFolder }), /database is damaged\. Start afresh: npm run demo -- --reset/)
  })
})

async function execute(dataFolder: string, statement: string): Promise<void> {
  const { database, close } = await openDatabase(join(dataFolder, 'database'), undefined)
  await database.execute(statement)
  await close()
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
