import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder on disk, and how to remove it. */
export function temporaryFolder(): Readonly<{ path: string; remove: () => void }> {
  const path = mkdtempSync(join(tmpdir(), 'watchword-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
