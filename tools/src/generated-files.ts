import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { topicCatalogue } from '@watchword/contracts'
import { avroToTypescript } from './avro-to-typescript.ts'

const head = '// Generated from schemas/ by `npm run generate`: do not edit.\n'

/** Every generated file of the repository, by absolute path, with the text it must have. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map(topicCatalogue.map((entry) => contractTypes(entry.schema)))
}

function contractTypes(schemaFile: string): [string, string] {
  const schema = JSON.parse(readFileSync(repositoryFile(`schemas/${schemaFile}`), 'utf8'))
  const target = `packages/contracts/src/generated/${schemaFile.replace('.avsc', '.ts')}`
  return [repositoryFile(target), `${head}\n${avroToTypescript(schema)}\n`]
}

function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
