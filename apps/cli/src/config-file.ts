import { readFileSync } from 'node:fs'
import { UsageError } from './terminal.ts'

/** The text of a file that an option names. Throws a UsageError that names the file where there is none, or it cannot be read. */
export function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`there is no file ${path}`)
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder, not a file`)
    throw new UsageError(`${path} cannot be read (${code ?? String(error)})`)
  }
}
