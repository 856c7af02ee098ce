import { resolve } from 'node:path'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { DownloadModule } from 'downloadview/nest'

const invoices = new FileSystemStorage({ root: resolve('invoices') })

class InvoiceView extends StorageDownloadView<{ id: string }> {
  override storage = invoices
  override getPath(): string {
    return `${this.params.id}.pdf`
  }
}

@Controller('invoices')
class InvoicesController {
  readonly #invoice = InvoiceView.asView()

  @Get(':id')
  invoice() {
    return this.#invoice
  }
}

@Module({ imports: [DownloadModule.forRoot()], controllers: [InvoicesController] })
class AppModule {}

const app = await NestFactory.create(AppModule)
await app.listen(3000)
