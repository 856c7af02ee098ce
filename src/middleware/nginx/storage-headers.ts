/**
 * What object storages tell of themselves in a reply, by the references of their vendors (S3 `GetObject`, Azure `Get Blob`,
 * Cloud Storage `GET Object` of the XML API), and what Swift and MinIO add to those of S3. What users have stored with a file
 * (`x-amz-meta-…`) has names of its own, which nginx cannot hide.
 */
export const STORAGE_HEADERS: readonly string[] = [
  ...withPrefix(
    'x-amz-',
    `
    checksum-crc32 checksum-crc32c checksum-crc64nvme checksum-sha1 checksum-sha256 checksum-type delete-marker
    expiration id-2 missing-meta mp-parts-count object-lock-legal-hold object-lock-mode
    object-lock-retain-until-date replication-status request-charged request-id restore server-side-encryption
    server-side-encryption-aws-kms-key-id server-side-encryption-bucket-key-enabled server-side-encryption-context
    server-side-encryption-customer-algorithm server-side-encryption-customer-key-md5 storage-class tagging-count
    version-id website-redirect-location
    `,
  ),
  ...withPrefix(
    'x-goog-',
    `
    component-count custom-time encryption-algorithm encryption-key-sha256 encryption-kms-key-name expiration
    generation hash metageneration object-lock-mode object-lock-retain-until-date storage-class
    stored-content-encoding stored-content-length
    `,
  ),
  ...withPrefix(
    'x-ms-',
    `
    access-tier access-tier-change-time access-tier-inferred acl archive-status blob-committed-block-count
    blob-content-md5 blob-sealed blob-sequence-number blob-type client-request-id content-crc64
    copy-completion-time copy-id copy-progress copy-source copy-status copy-status-description creation-time
    encryption-key-sha256 encryption-scope error-code expiry-time group immutability-policy-mode
    immutability-policy-until-date incremental-copy is-current-version last-access-time lease-duration lease-state
    lease-status legal-hold or-policy-id owner permissions rehydrate-priority request-id resource-type
    server-encrypted tag-count version version-id
    `,
  ),
  ...withPrefix('x-', 'object-version-id openstack-request-id rgw-object-type timestamp trans-id'),
  ...withPrefix('x-minio-', 'deployment-id error-code error-desc'),
  ...withPrefix('x-guploader-', 'uploadid response-body-transformations'),
]

function withPrefix(prefix: string, names: string): string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => prefix + name)
}
