/**
 * What object storages tell of themselves in a reply, by the references of their vendors (S3 `GetObject`, Azure `Get Blob`,
 * Cloud Storage `GET Object` of the XML API), and what Swift and MinIO add to those of S3. What users have stored with a file
 * (`x-amz-meta-…`) has names of its own, which nginx cannot hide.
 */
export const STORAGE_HEADERS: readonly string[] = [
  ...below('x-amz-', [
    ...['request-id', 'id-2', 'version-id', 'storage-class', 'expiration', 'replication-status', 'request-charged'],
    ...['restore', 'missing-meta', 'mp-parts-count', 'tagging-count', 'delete-marker', 'website-redirect-location'],
    ...['object-lock-mode', 'object-lock-retain-until-date', 'object-lock-legal-hold'],
    ...['server-side-encryption', 'server-side-encryption-aws-kms-key-id', 'server-side-encryption-context'],
    ...['server-side-encryption-bucket-key-enabled', 'server-side-encryption-customer-algorithm'],
    ...['server-side-encryption-customer-key-md5', 'checksum-type', 'checksum-crc32', 'checksum-crc32c'],
    ...['checksum-crc64nvme', 'checksum-sha1', 'checksum-sha256'],
  ]),
  ...below('x-goog-', [
    ...['generation', 'metageneration', 'hash', 'storage-class', 'stored-content-encoding', 'stored-content-length'],
    ...['expiration', 'component-count', 'custom-time', 'encryption-algorithm', 'encryption-key-sha256'],
    ...['encryption-kms-key-name', 'object-lock-mode', 'object-lock-retain-until-date'],
  ]),
  'x-guploader-uploadid',
  'x-guploader-response-body-transformations',
  ...below('x-ms-', [
    ...[
      'request-id',
      'client-request-id',
      'version',
      'version-id',
      'is-current-version',
      'creation-time',
      'error-code',
    ],
    ...['last-access-time', 'expiry-time', 'blob-type', 'blob-content-md5', 'blob-committed-block-count'],
    ...['blob-sequence-number', 'blob-sealed', 'content-crc64', 'lease-state', 'lease-status', 'lease-duration'],
    ...['access-tier', 'access-tier-inferred', 'access-tier-change-time', 'archive-status', 'rehydrate-priority'],
    ...['server-encrypted', 'encryption-key-sha256', 'encryption-scope', 'tag-count', 'legal-hold', 'or-policy-id'],
    ...['immutability-policy-until-date', 'immutability-policy-mode', 'copy-id', 'copy-source', 'copy-status'],
    ...['copy-status-description', 'copy-completion-time', 'copy-progress', 'incremental-copy', 'resource-type'],
    ...['owner', 'group', 'permissions', 'acl'],
  ]),
  ...below('x-', ['trans-id', 'openstack-request-id', 'timestamp', 'object-version-id', 'rgw-object-type']),
  ...below('x-minio-', ['deployment-id', 'error-code', 'error-desc']),
]

function below(prefix: string, names: readonly string[]): string[] {
  return names.map((name) => prefix + name)
}
