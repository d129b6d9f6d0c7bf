/** Sets an entry as the newest; beyond `sizeMax` the oldest is dropped. */
export const setNewest = <Value>(entries: Map<string, Value>, key: string, value: Value, sizeMax: number): void => {
  entries.delete(key)
  entries.set(key, value)
  if (entries.size <= sizeMax) return
  for (const oldest of entries.keys()) {
    entries.delete(oldest)
    break
  }
}
