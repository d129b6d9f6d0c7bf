import { writeFileSync } from 'node:fs'
import { generatedFiles } from './generated-files.ts'

// Writes every generated file of the repository; a test compares what is committed with what this would write.
for (const [file, text] of await generatedFiles()) writeFileSync(file, text)
