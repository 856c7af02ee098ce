import { configureOpenFileCache } from 'downloadview'

configureOpenFileCache({ sendfile: true })
