import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import dockerignore from '@balena/dockerignore'

/** Never in an image, and too large to be asked about file by file. */
const pruned = new Set(['.git', 'node_modules'])

/** The files below a folder that a build is given, by its `.dockerignore`; paths are relative to it. Throws where that lets a pruned folder in. */
export function buildContext(folder: string, rules: string): readonly string[] {
  const ignore = dockerignore.default().add(rules.split('\n'))
  const files: string[] = []
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (pruned.has(entry.name)) {
        if (!ignore.ignores(join(path, 'x'))) throw new Error(`the image would have ${path}`)
      } else if (entry.isDirectory()) walk(path)
      else if (!ignore.ignores(path)) files.push(path)
    }
  }
  walk('')
  return files
}
