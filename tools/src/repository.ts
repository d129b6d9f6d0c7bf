import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The absolute path of a file of the repository. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

/** The text of a file of the repository. */
export function repositoryText(path: string): string {
  return readFileSync(repositoryFile(path), 'utf8')
}
