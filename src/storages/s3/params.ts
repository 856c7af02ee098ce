import type { GetObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3'

/** What goes with every request, named as in the SDK: who pays, who must own the bucket, a key of the customer's own. */
export type S3RequestParams = Pick<
  GetObjectCommandInput,
  'RequestPayer' | 'ExpectedBucketOwner' | 'SSECustomerAlgorithm' | 'SSECustomerKey' | 'SSECustomerKeyMD5'
>

/** What goes with every file that is saved, named as in the SDK. */
export type S3SaveParams = Pick<
  PutObjectCommandInput,
  | 'ACL'
  | 'BucketKeyEnabled'
  | 'CacheControl'
  | 'ChecksumAlgorithm'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'Expires'
  | 'GrantFullControl'
  | 'GrantRead'
  | 'GrantReadACP'
  | 'GrantWriteACP'
  | 'Metadata'
  | 'ObjectLockLegalHoldStatus'
  | 'ObjectLockMode'
  | 'ObjectLockRetainUntilDate'
  | 'SSEKMSEncryptionContext'
  | 'SSEKMSKeyId'
  | 'ServerSideEncryption'
  | 'StorageClass'
  | 'Tagging'
  | 'WebsiteRedirectLocation'
>
