import { MemoryStorage } from 'downloadview'

export const files = new MemoryStorage()
