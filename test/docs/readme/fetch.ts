import { VirtualDownloadView, VirtualFile } from 'downloadview'
import { toFetchHandler } from 'downloadview/fetch'

class ReportView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile(rows, { name: 'report.csv' })
  }
}

async function* rows() {
  yield 'id,total\n'
  yield '1,42.00\n'
}

export const GET = toFetchHandler(ReportView.asView())
