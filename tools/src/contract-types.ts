import { topicCatalogue } from '@watchword/contracts'
import { avroToTypescript } from './avro-to-typescript.ts'
import { repositoryText } from './repository.ts'

const head = '// Generated from schemas/ by `npm run generate`: do not edit.\n'

/** The TypeScript types of every topic, by path. */
export function contractTypes(): readonly (readonly [path: string, text: string])[] {
  return topicCatalogue.map(({ schema }) => {
    const target = `packages/contracts/src/generated/${schema.replace('.avsc', '.ts')}`
    return [target, `${head}\n${avroToTypescript(JSON.parse(repositoryText(`schemas/${schema}`)))}\n`] as const
  })
}
