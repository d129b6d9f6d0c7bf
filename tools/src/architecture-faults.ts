import { posix } from 'node:path'
import { impure, type Part, parts } from './architecture.ts'
import { codeOf, type Import, importsOf, sourceFiles } from './import-graph.ts'

const scope = '@watchword/'

/** Every way in which the code departs from the architecture, one line each. */
export function architectureFaults(): readonly string[] {
  return Object.entries(parts).flatMap(([name, part]) =>
    [...sourceFiles(part.folder)].flatMap(([file, text]) => faultsOfFile(name, part, file, text)),
  )
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
  if (specifier.startsWith(scope)) {
    const imported = specifier.slice(scope.length).split('/')[0] ?? ''
    if (imported === name || part.mayImport.includes(imported)) return []
    return test && parts[imported]?.folder.startsWith('packages/')
      ? []
      : [`${where}: ${name} may not import ${imported}`]
  }
  return part.pure && !test ? [`${where}: ${name} is pure and may not import ${specifier}`] : []
}

function readsEnvironment(file: string, text: string): boolean {
  const shell = /(?:^|\/)main\.ts$|^tools\/|^load-tests\//.test(file)
  return !shell && /\bprocess\.env\b/.test(codeOf(file, text))
}

function impurities(file: string, text: string): readonly string[] {
  const code = codeOf(file, text)
  return impure.filter((pattern) => pattern.test(code)).map((pattern) => `${file}: pure code names ${pattern.source}`)
}
