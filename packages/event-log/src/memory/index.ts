export { createMemoryLog, type MemoryLog } from './memory-log.ts'
export { createMemoryDisk } from './memory-store.ts'
