import {
  ContentFile,
  type DownloadFile,
  FileSystemStorage,
  HttpFile,
  LocalFile,
  StorageFile,
  VirtualFile,
} from 'downloadview'

const storage = new FileSystemStorage({ root: '/srv/media' })

export const files: DownloadFile[] = [
  LocalFile.at('/srv/media/report.pdf'),
  LocalFile.at('2026/report.pdf', { root: '/srv/media' }),
  new StorageFile(storage, '2026/report.pdf'),
  new HttpFile('https://files.example/report.pdf', { name: 'report.pdf' }),
  new ContentFile('Hello world!\n', { name: 'hello.txt' }),
  new VirtualFile(lines, { name: 'lines.txt' }),
]

async function* lines() {
  yield 'one\n'
  yield 'two\n'
}
