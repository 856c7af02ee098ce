import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toNodeHandler } from './adapters/node/index.js'
import { ConfigurationError } from './errors.js'
import { HttpClient } from './files/http/client.js'
import { LocalFile } from './files/local.js'
import { DownloadLimits } from './limits/download-limits.js'
import { xSendfile } from './middleware/apache/index.js'
import { XAccelRedirectMiddleware as CaddyMiddleware } from './middleware/caddy/index.js'
import { DownloadDispatcherMiddleware } from './middleware/dispatcher.js'
import { XSendfileMiddleware as LighttpdMiddleware } from './middleware/lighttpd/index.js'
import { xLiteSpeedLocation } from './middleware/litespeed/index.js'
import { xAccelRedirect } from './middleware/nginx/index.js'
import { DownloadResponse } from './responses/download.js'
import { ProxiedDownloadResponse } from './responses/proxied.js'
import { UrlSigner } from './signing/url-signer.js'
import { ExpiringStorage } from './storages/expiring.js'
import { FileSystemStorage } from './storages/file-system.js'
import { MemoryStorage } from './storages/memory.js'
import { testRequest } from './testing/test-request.js'
import { ObjectDownloadView } from './views/object.js'
import { PathDownloadView } from './views/path.js'
import { StorageDownloadView } from './views/storage.js'
import { VirtualDownloadView } from './views/virtual.js'
import { assertKnown, kindOf } from './wrong-use.js'

const secrets = ['0123456789abcdef0123456789abcdef']
const storage = new MemoryStorage()
const view = StorageDownloadView.asView({ storage })

class Forgetful extends VirtualDownloadView {
  override getFile() {
    return undefined as never
  }
}

/** What TypeScript would have refused: plain JavaScript gets to know it here. */
const WRONG: Readonly<Record<string, readonly [use: () => unknown, message: RegExp]>> = {
  'a misspelt limit': [
    () => new DownloadLimits({ maxDownload: 4 } as never),
    /^DownloadLimits: "maxDownload" is no option\. There are: maxDownloads, perClient, /,
  ],
  'a misspelt option of a signer': [
    () => new UrlSigner({ secrets, expires: 10 } as never),
    /^UrlSigner: "expires" is no option\. There are: secrets, expiresIn, /,
  ],
  'a misspelt option of a link': [
    () => new UrlSigner({ secrets }).sign('/a', { expireIn: 5 } as never),
    /^UrlSigner\.sign\(\): "expireIn" is no option\. There are: expiresIn, /,
  ],
  'a misspelt option of a client': [
    () => new HttpClient({ allowHosts: [] } as never),
    /^HttpClient: "allowHosts" is no option\. There are: allowedHosts, /,
  ],
  'a misspelt option of a storage': [
    () => new FileSystemStorage({ root: '/srv', dotfile: 'deny' } as never),
    /^FileSystemStorage: "dotfile" is no option\. There are: root, baseUrl, dotfiles\.$/,
  ],
  'a misspelt option of a storage for a while': [
    () => new ExpiringStorage({ root: '/srv', keepfor: 1 } as never),
    /^ExpiringStorage: "keepfor" is no option\. There are: root, baseUrl, dotfiles, keepFor\.$/,
  ],
  'a storage without options': [
    () => new FileSystemStorage(undefined as never),
    /^FileSystemStorage takes an object with options, and was given undefined\.$/,
  ],
  'a policy that is none': [
    () => new FileSystemStorage({ root: '/srv', dotfiles: true as never }),
    /^FileSystemStorage: dotfiles must be "deny" or "allow", got true\.$/,
  ],
  'a policy of a file that is none': [
    () => LocalFile.at('a', { root: '/srv', dotfiles: 'Deny' as never }),
    /^LocalFile: dotfiles must be "deny" or "allow", got "Deny"\.$/,
  ],
  'a misspelt option of an adapter': [
    () => toNodeHandler(view, { contex: () => ({}) } as never),
    /^An adapter: "contex" is no option\. There are: context, middleware, onError, onDownload, limits, route\.$/,
  ],
  'limits that are only options': [
    () => toNodeHandler(view, { limits: { maxDownloads: 5 } as never }),
    /^An adapter: limits must be a DownloadLimits\. Use new DownloadLimits\(\{ … \}\)\.$/,
  ],
  'an adapter around nothing': [() => toNodeHandler(undefined as never), /asView\(\).*was given undefined\.$/],
  'an adapter around a class': [
    () => toNodeHandler(StorageDownloadView as never),
    /^An adapter takes a handler, such as what asView\(\) of a view gives, and was given the class StorageDownloadView\.$/,
  ],
  'an adapter around a view': [
    () => toNodeHandler(new StorageDownloadView() as never),
    /was given StorageDownloadView\.$/,
  ],
  'a view without an adapter': [
    () => view({ method: 'GET', url: '/', headers: {} } as never),
    /^StorageDownloadView was called with something else than a download request\. Put the adapter around it .*toExpressHandler\(/,
  ],
  'a view that is abstract': [
    () => (VirtualDownloadView as unknown as typeof Forgetful).asView(),
    /^VirtualDownloadView finds no file: override getFile\(\) in a subclass\.$/,
  ],
  'a model that is none': [
    () => ObjectDownloadView.asView({ model: {} as never, fileField: 'file' }),
    /^ObjectDownloadView: model must have a find\(\), such as what fromPrisma\(\) gives, and is Object\.$/,
  ],
  'a view of a path in place of a storage': [
    () => StorageDownloadView.asView({ storage: '/srv/media' as never }),
    /^StorageDownloadView: storage must be a storage, such as new FileSystemStorage\(\{ root \}\), and is string\.$/,
  ],
  'a view of a path that has none': [
    () => PathDownloadView.asView(),
    /^PathDownloadView has neither a path nor a root, and so no file: /,
  ],
  'a misspelt option of a middleware': [
    () => new LighttpdMiddleware({ sourceDir: '/srv', destination_dir: '/mnt' } as never),
    /^XSendfileMiddleware: "destination_dir" is no option of a rule for lighttpd\. There are: sourceDir, sourceUrl, destinationDir\.$/,
  ],
  'a misspelt option of a decorator': [
    () => xAccelRedirect(view, { sourceDir: '/srv', destinationUrl: '/x/', limitrate: 5 } as never),
    /^xAccelRedirect\(\): "limitrate" is no option of a rule for nginx\. There are: /,
  ],
  'an option of another server': [
    () => xSendfile(view, { sourceDir: '/srv', destinationUrl: '/x/' } as never),
    /^xSendfile\(\): "destinationUrl" is no option of a rule for apache\. There are: /,
  ],
  'an option of one more server': [
    () => xLiteSpeedLocation(view, { sourceDir: '/srv', destinationUrl: '/x/', files: '/mnt' } as never),
    /^xLiteSpeedLocation\(\): "files" is no option of a rule for litespeed\. There are: /,
  ],
  'a middleware without a rule': [
    () => new CaddyMiddleware(undefined as never),
    /^XAccelRedirectMiddleware takes an object with options, and was given undefined\.$/,
  ],
  'a dispatcher without a list': [
    () => new DownloadDispatcherMiddleware(undefined as never),
    /^DownloadDispatcherMiddleware takes a list of middleware, and was given undefined\.$/,
  ],
  'a dispatcher with a list of pairs': [
    () => new DownloadDispatcherMiddleware([['nginx', {}]] as never),
    /^DownloadDispatcherMiddleware: number 1 of its list must be a middleware, .*, and is Array\.$/,
  ],
  'a view that forgets its return': [
    () => Forgetful.asView()(testRequest()),
    /^Forgetful\.getFile\(\) must give a file, such as a StorageFile, and gave undefined\. Is a `return` missing\?$/,
  ],
}

describe('wrong use is told in one line, with the mend', () => {
  for (const [title, [use, message]] of Object.entries(WRONG)) {
    test(title, async () => {
      await assert.rejects(
        async () => use(),
        (error) => error instanceof ConfigurationError && message.test(error.message),
      )
    })
  }
})

test('a class of its own may have options of its own', () => {
  class TenantStorage extends FileSystemStorage {}
  class TenantLimits extends DownloadLimits {}
  class TenantClient extends HttpClient {}
  class TenantSigner extends UrlSigner {}
  const tenant = { tenant: 'a' }
  assert.doesNotThrow(() => [
    new TenantStorage({ root: '/srv', ...tenant }),
    new TenantLimits({ maxDownloads: 1, ...tenant }),
    new TenantClient(tenant as never),
    new TenantSigner({ secrets, ...tenant }).sign('/a', tenant as never),
  ])
})

test('a view that finds its storage or model itself may keep anything in their fields', () => {
  class OwnView extends StorageDownloadView {
    override getStorage = () => storage
  }
  assert.doesNotThrow(() => OwnView.asView({ storage: null as never }))
  assert.doesNotThrow(() => toNodeHandler(view, { limits: null as never }))
})

test('a download that is shown as JSON tells nothing of where its file lies', () => {
  const response = new DownloadResponse(LocalFile.at('/srv/secret/a.txt'))
  assert.equal(JSON.stringify(response), '{"status":200,"basename":"a.txt","attachment":true}')
  assert.equal(JSON.stringify(new ProxiedDownloadResponse(response, {})), '{"status":200}')
})

test('options that are known, or left out, are no wrong use', () => {
  assertKnown({ a: 1, b: undefined }, { a: true, b: true, c: true }, 'Test')
  // Names that every object has are no options.
  assert.throws(
    () => assertKnown({ toString: 1 }, { a: true }, 'Test'),
    /^ConfigurationError: Test: "toString" is no option/,
  )
})

test('kinds of values are named, and not the values', () => {
  const kinds = [undefined, null, 'secret', 1, [], {}, new Date(0), () => 1, class Some {}, Object.create(null)].map(
    kindOf,
  )
  assert.deepEqual(kinds, [
    ...['undefined', 'null', 'string', 'number', 'Array', 'Object', 'Date', 'function', 'the class Some', 'object'],
  ])
})
