export { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './memory-log.ts'
export { createMemoryDisk, type MemoryDisk } from './memory-store.ts'
