import { createWriteStream, mkdirSync, mkdtempSync, rmSync, type WriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for a cluster, and what its processes write. */
export type ClusterFolder = Readonly<{
  directory: string
  /** Keeps a line of a process. */
  onLine: (member: string, line: string) => void
  /** Removes everything, or says where it is. */
  end: (failed: boolean) => void
}>

export function createClusterFolder(name: string, print: (line: string) => void): ClusterFolder {
  const directory = mkdtempSync(join(tmpdir(), `watchword-${name}-`))
  const logs = join(directory, 'logs')
  mkdirSync(logs)
  const files = new Map<string, WriteStream>()
  return {
    directory,
    onLine(member, line) {
      const file = files.get(member) ?? createWriteStream(join(logs, `${member}.log`))
      files.set(member, file)
      file.write(`${line}\n`)
    },
    end(failed) {
      for (const file of files.values()) file.end()
      if (failed) print(`what the processes said, and all data: ${directory}`)
      else rmSync(directory, { recursive: true, force: true })
    },
  }
}
