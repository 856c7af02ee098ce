import { type DownloadFile, DownloadView, FileNotFoundError, LocalFile, type Outcome } from 'downloadview'

/** Serves the newest file that a backup has left under a name of the day. */
export class BackupView extends DownloadView<{ day: string }> {
  root = '/var/backups/shop'

  override async getFile(): Promise<DownloadFile> {
    if (!/^\d{4}-\d\d-\d\d$/.test(this.params.day)) throw new FileNotFoundError()
    return LocalFile.at(`${this.params.day}.tar.gz`, { root: this.root })
  }

  override getBasename() {
    return `shop ${this.params.day}.tar.gz`
  }

  /** In place of a 404: what is offered when there was no backup that day. */
  override async fileNotFoundResponse(): Promise<Outcome> {
    return this.downloadResponse(LocalFile.at('README.txt', { root: this.root }), {
      status: 404,
      basename: 'README.txt',
    })
  }
}
