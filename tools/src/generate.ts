import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generatedFiles } from './generated-files.ts'

// Writes every generated file of the repository; a test compares what is committed with what this would write.
for (const [file, text] of await generatedFiles()) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
