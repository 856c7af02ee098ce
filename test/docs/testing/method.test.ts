// #region hook
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { setupView } from 'downloadview/testing'

class UpperView extends StorageDownloadView {
  override async getPath() {
    return (await super.getPath()).toUpperCase()
  }
}

test('the path is made of the address', async () => {
  const view = setupView(new UpperView(), { params: { path: 'dummy path' } })
  assert.equal(await view.getPath(), 'DUMMY PATH')
})
// #endregion
