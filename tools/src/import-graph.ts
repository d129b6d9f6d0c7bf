import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

/** One import as it stands in a source file; `file` is relative to the repository. */
export type Import = Readonly<{ file: string; line: number; specifier: string }>

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The text of every source file below a folder of the repository, by path relative to it. */
export function sourceFiles(folder: string): ReadonlyMap<string, string> {
  const paths = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
  return new Map(
    paths.toSorted().map((path) => [relative(root, `${root}/${path}`), readFileSync(`${root}/${path}`, 'utf8')]),
  )
}

/** Every import, re-export and literal dynamic import of one file, types included. */
export function importsOf(file: string, text: string): readonly Import[] {
  const { module, errors } = parseSync(file, text)
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`)
  const at = (start: number, specifier: string): Import => ({
    file,
    line: text.slice(0, start).split('\n').length,
    specifier,
  })
  return [
    ...module.staticImports.map((found) => at(found.start, found.moduleRequest.value)),
    ...module.staticExports.flatMap((found) =>
      found.entries.flatMap((entry) => (entry.moduleRequest ? [at(found.start, entry.moduleRequest.value)] : [])),
    ),
    ...module.dynamicImports.flatMap((found) => {
      const literal = /^['"](.*)['"]$/.exec(text.slice(found.moduleRequest.start, found.moduleRequest.end))
      return literal?.[1] === undefined ? [] : [at(found.start, literal[1])]
    }),
  ]
}

/** The source without comments and string contents, for looking at what the code itself names. */
export function codeOf(file: string, text: string): string {
  const { comments } = parseSync(file, text)
  let code = text
  for (const comment of comments.toReversed()) code = code.slice(0, comment.start) + code.slice(comment.end)
  return code.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
}
