import { configureOpenFileCache } from 'downloadview'

configureOpenFileCache({ maxSize: 256 * 1024 * 1024, inactive: 60_000, access: 'auto' })
