/** Everything public of django-downloadview, 1.6 to 2.5, as its users write it; kept apart from the page on purpose. */
export const PYTHON_NAMES: readonly string[] = [
  // The root package.
  ...['ObjectDownloadView', 'StorageDownloadView', 'PathDownloadView', 'HTTPDownloadView', 'VirtualDownloadView'],
  ...['BaseDownloadView', 'DownloadMixin', 'StorageFile', 'HTTPFile', 'VirtualFile'],
  ...['StringIteratorIO', 'TextIteratorIO', 'BytesIteratorIO', 'DownloadResponse', 'ProxiedDownloadResponse'],
  ...['BaseDownloadMiddleware', 'DownloadDispatcherMiddleware', 'SmartDownloadMiddleware', 'sendfile'],
  ...['assert_download_response', 'setup_view', 'temporary_media_root', '__version__'],

  // Its modules.
  ...['exceptions.FileNotFound', 'RealDownloadMiddleware', 'ProxiedDownloadMiddleware', 'NoRedirectionMatch'],
  ...['is_download_response', 'AUTO_CONFIGURE', 'DownloadDispatcher', 'DownloadDecorator', 'signature_required'],
  ...['content_disposition', 'encode_basename_ascii', 'encode_basename_utf8'],
  ...['content_type_to_charset', 'url_basename', 'import_member', 'SignedURLMixin', 'SignedFileSystemStorage'],

  // The proxies.
  ...['XAccelRedirectMiddleware', 'XAccelRedirectResponse', 'x_accel_redirect', 'assert_x_accel_redirect'].map(nginx),
  ...['SingleXAccelRedirectMiddleware'].map(nginx),
  ...['XSendfileMiddleware', 'XSendfileResponse', 'x_sendfile', 'assert_x_sendfile'].flatMap(xSendfile),

  // Settings.
  ...['INSTALLED_APPS', 'MIDDLEWARE_CLASSES', 'MIDDLEWARE', 'DOWNLOADVIEW_BACKEND', 'DOWNLOADVIEW_RULES', 'backend'],
  ...['source_dir', 'source_url', 'destination_url', 'destination_dir', 'expires', 'with_buffering', 'limit_rate'],
  ...['DOWNLOADVIEW_MIDDLEWARES', 'DOWNLOADVIEW_URL_EXPIRATION', 'DEFAULT_CHARSET'],
  ...['WITH_BUFFERING', 'LIMIT_RATE', 'EXPIRES', 'SOURCE_DIR', 'SOURCE_URL', 'DESTINATION_URL'].map(deprecated),
  ...['MEDIA_ROOT', 'MEDIA_URL'].map(deprecated),

  // Options and hooks of views.
  ...membersOf('DownloadMixin', 'response_class attachment basename mimetype encoding get_file get_basename'),
  ...membersOf('DownloadMixin', 'get_mimetype get_encoding was_modified_since not_modified_response'),
  ...membersOf('DownloadMixin', 'download_response file_not_found_response render_to_response'),
  ...membersOf('BaseDownloadView', 'get'),
  ...membersOf('PathDownloadView', 'path path_url_kwarg get_path get_file'),
  ...membersOf('StorageDownloadView', 'storage path get_path get_file'),
  ...membersOf('ObjectDownloadView', 'file_field basename_field encoding_field mime_type_field charset_field'),
  ...membersOf('ObjectDownloadView', 'modification_time_field size_field get_file get_basename get'),
  ...membersOf('SingleObjectMixin', 'model queryset slug_field slug_url_kwarg get_object'),
  ...membersOf('HTTPDownloadView', 'url request_kwargs get_request_factory get_request_kwargs get_url get_file'),
  ...membersOf('VirtualDownloadView', 'get_file was_modified_since'),
  ...membersOf('sendfile', 'filename attachment attachment_filename mimetype encoding'),

  // Files.
  ...['File', 'FieldFile', 'ContentFile'],
  ...membersOf('StorageFile', 'file open save path delete exists size url accessed_time created_time modified_time'),
  ...membersOf('VirtualFile', 'file name url size'),
  ...membersOf('HTTPFile', 'request_factory url name request file size content_type'),
  ...['was_modified_since'],

  // Responses.
  ...membersOf('DownloadResponse', 'file_instance attachment basename status content_type file_mimetype file_encoding'),
  ...membersOf('DownloadResponse', 'file default_headers items get_basename get_content_type get_mime_type'),
  ...membersOf('DownloadResponse', 'get_encoding get_charset'),
  ...membersOf('nginx.XAccelRedirectResponse', 'redirect_url content_type basename expires with_buffering limit_rate'),
  ...membersOf('nginx.XAccelRedirectResponse', 'attachment headers'),
  ...xSendfile('XSendfileResponse').flatMap((name) =>
    membersOf(name, 'file_path content_type basename attachment headers'),
  ),
  ...[
    'Content-Type',
    'Content-Length',
    'Content-Disposition',
    'Last-Modified',
    'ETag',
    'Accept-Ranges',
    'Cache-Control',
  ],
  ...['Content-Encoding', 'If-Modified-Since', 'If-None-Match', 'Range', 'If-Range'],
  ...[
    'X-Accel-Redirect',
    'X-Accel-Charset',
    'X-Accel-Buffering',
    'X-Accel-Limit-Rate',
    'X-Accel-Expires',
    'X-Sendfile',
  ],

  // Middleware.
  ...membersOf('BaseDownloadMiddleware', 'is_download_response process_response process_download_response'),
  ...membersOf('ProxiedDownloadMiddleware', 'source_dir source_url destination_url get_redirect_url'),
  ...membersOf('nginx.XAccelRedirectMiddleware', 'source_dir source_url destination_url expires with_buffering'),
  ...membersOf('nginx.XAccelRedirectMiddleware', 'limit_rate media_root media_url'),
  ...xSendfile('XSendfileMiddleware').flatMap((name) => membersOf(name, 'source_dir source_url destination_dir')),
  ...membersOf('DownloadDispatcherMiddleware', 'middlewares'),
  ...membersOf('SmartDownloadMiddleware', 'backend_factory backend_options'),

  // Tests and health checks.
  ...membersOf('assert_download_response', 'basename content_type mime_type content attachment'),
  ...membersOf(
    'assert_x_accel_redirect',
    'basename content_type redirect_url charset attachment with_buffering expires',
  ),
  ...membersOf('assert_x_accel_redirect', 'limit_rate'),
  ...membersOf('assert_x_sendfile', 'basename content_type file_path attachment'),
  ...['Check storage', 'Check Django VS storage', 'Check reverse proxy VS storage', 'Check them all together'],

  // The demo.
  ...['/', '/object/default-file/<slug>/', '/object/another-file/<slug>/', '/object/deserialized_basename/<slug>/'],
  ...['/object/inline-file/<slug>/', '/storage/static-path/<path>', '/storage/dynamic-path/<path>'],
  ...['/path/static-path/', '/path/dynamic-path/<path>', '/http/simple_url/', '/http/avatar_url/'],
  ...['/virtual/text/', '/virtual/stringio/', '/virtual/gerenated/'],
  ...['nginx', 'apache', 'lighttpd'].flatMap((proxy) =>
    ['optimized-by-middleware', 'optimized-by-decorator', 'modified_headers'].map((page) => `/${proxy}/${page}/`),
  ),
]

/** The name that our rules of spelling make of one of the original's. */
export function spelledHere(name: string): string {
  return name
    .replace(/^(?:nginx|apache|lighttpd|exceptions)\./, '')
    .replaceAll('HTTP', 'Http')
    .replace(/(?<=[a-z\d])_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function nginx(name: string): string {
  return `nginx.${name}`
}

function xSendfile(name: string): string[] {
  return [`apache.${name}`, `lighttpd.${name}`]
}

function deprecated(name: string): string {
  return `NGINX_DOWNLOAD_MIDDLEWARE_${name}`
}

function membersOf(owner: string, members: string): string[] {
  return members.split(' ').map((member) => `${owner}.${member}`)
}
