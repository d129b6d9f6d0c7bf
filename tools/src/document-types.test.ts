import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { blocksOf } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { repositoryFile } from './repository.ts'

/** A name that the page does not declare, also as the short form of a member: something of the reader's own, like the function around a `return`. */
const ofTheReader = /error TS(?:2304|2552|18004|1108):/

const compilerOptions = {
  lib: ['esnext', 'dom', 'dom.iterable'],
  // The reader's own names have no types, nothing is looked at for null, and an excerpt uses but a part of what it shows.
  strict: false,
  exactOptionalPropertyTypes: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
}

/** The client of the SDK, where an excerpt goes on with it. */
const client = "declare const client: ReturnType<typeof import('@watchword/node').createWatchword>\n"
/** What a library for sessions says of requests. */
const sessions = "declare module 'http' {\n  interface IncomingMessage {\n    session: any\n  }\n}\n"

test('every excerpt in TypeScript names what the packages have, with types that fit', async (t) => {
  mkdirSync(repositoryFile('.cache'), { recursive: true })
  // Below the repository, so that it finds the packages that it imports.
  const folder = mkdtempSync(repositoryFile('.cache/document-types-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const blocks = documentPaths()
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'ts')
  for (const [index, { text, document, line }] of blocks.entries()) {
    const before = /\bclient\b/.test(text) && !text.includes('const client') ? client : ''
    writeFileSync(join(folder, `excerpt-${index}.ts`), `// ${document}:${line}\n${before}${text}\nexport {}\n`)
  }
  writeFileSync(join(folder, 'sessions.ts'), `${sessions}export {}\n`)
  const config = { extends: repositoryFile('tsconfig.json'), compilerOptions, include: ['.'], exclude: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  // The packages themselves are checked elsewhere, more strictly.
  const faults = (await saidByCompiler(folder)).filter((line) => line.includes('excerpt-') && !ofTheReader.test(line))
  assert.deepEqual(faults, [])
})

/** All that it says; whether it finds a fault is in the lines. */
async function saidByCompiler(folder: string): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<string>()
  execFile(repositoryFile('node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], (_fault, said) =>
    resolve(said),
  )
  const said = await promise
  // The pages leave names to the reader: a compiler that has found none of them has not read them.
  assert.match(said, ofTheReader)
  return said.split('\n')
}
