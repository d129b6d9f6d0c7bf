import { posix } from 'node:path'
import { impure, type Part, parts } from './architecture.ts'
import { codeOf, type Import, importsOf, sourceFiles } from './import-graph.ts'

const scope = '@watchword/'

/** Every way in which the code departs from the architecture, one line each. */
export function architectureFaults(): readonly string[] {
  return Object.entries(parts).flatMap(([name, part]) => {
    const files = sourceFiles(part.folder)
    return [
      ...[...files].flatMap(([file, text]) => faultsOfFile(name, part, file, text)),
      ...unusedRights(name, part, files),
    ]
  })
}

/** What a part may import and does not: a right that nobody needs would let something in unseen. */
export function unusedRights(name: string, part: Part, files: ReadonlyMap<string, string>): readonly string[] {
  const imported = new Set([...files].flatMap(([file, text]) => importsOf(file, text).map(partOf)))
  return part.mayImport
    .filter((other) => !imported.has(other))
    .map((other) => `${name} may import ${other} and does not: take the right away`)
}

/** The faults of one file, given its text. */
export function faultsOfFile(name: string, part: Part, file: string, text: string): readonly string[] {
  const test = /\.(?:[a-z-]+\.)?test\.ts$/.test(file) || /\/(?:test|testing|contract)\//.test(file)
  const imports = importsOf(file, text).flatMap((found) => faultOfImport(name, part, found, test))
  const environment =
    !test && readsEnvironment(file, text) ? [`${file}: reads process.env; only main.ts and the bin may`] : []
  return [...imports, ...environment, ...(part.pure && !test ? impurities(file, text) : [])]
}

function faultOfImport(name: string, part: Part, found: Import, test: boolean): readonly string[] {
  const where = `${found.file}:${found.line}`
  const { specifier } = found
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(found.file), specifier)
    const inside = target.startsWith(`${part.folder}/`) || /\.(?:json|avsc)$/.test(target)
    return inside ? [] : [`${where}: reaches into ${target}; import the package instead`]
  }
  const imported = partOf(found)
  if (imported !== undefined) {
    if (imported === name || part.mayImport.includes(imported)) return []
    return test && parts[imported]?.folder.startsWith('packages/')
      ? []
      : [`${where}: ${name} may not import ${imported}`]
  }
  return part.pure && !test ? [`${where}: ${name} is pure and may not import ${specifier}`] : []
}

/** Which part a package of ours is. */
function partOf({ specifier }: Pick<Import, 'specifier'>): string | undefined {
  return specifier.startsWith(scope) ? specifier.slice(scope.length).split('/')[0] : undefined
}

function readsEnvironment(file: string, text: string): boolean {
  const shell = /(?:^|\/)main\.ts$|^tools\/|^load-tests\//.test(file)
  return !shell && /\bprocess\.env\b/.test(codeOf(file, text))
}

function impurities(file: string, text: string): readonly string[] {
  const code = codeOf(file, text)
  return impure.filter((pattern) => pattern.test(code)).map((pattern) => `${file}: pure code names ${pattern.source}`)
}
