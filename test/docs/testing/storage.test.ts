// #region storage
import { test } from 'node:test'
import { MemoryStorage } from 'downloadview'
import { testStorage } from 'downloadview/testing'

testStorage('a storage of our own', () => new MemoryStorage(), { test })
// #endregion
