import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isLoad, kept } from './kept.ts'

// Puts results of runs, by the names of their files, in the place of those that are committed; `npm run generate` then writes docs/performance.md.
const folder = fileURLToPath(new URL('../../results/', import.meta.url))
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))

for (const name of process.argv.slice(2)) {
  const result = read(`${name}.json`) as Parameters<typeof kept>[1]
  const file = isLoad(result) ? 'load-reference.json' : 'reference.json'
  writeFileSync(
    join(folder, file),
    `${JSON.stringify(kept(read(file) as Parameters<typeof kept>[0], result), null, 2)}\n`,
  )
  process.stdout.write(`${name}: kept in load-tests/results/${file}\n`)
}
