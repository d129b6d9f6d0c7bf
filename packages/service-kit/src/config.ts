import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { type ConfigFault, ConfigError } from './config-error.ts'
import { environmentValues } from './config-environment.ts'
import { type ConfigTree, freezeDeep, isTree, setAt, unknownKeys, withSections } from './config-tree.ts'
import { faultsOf } from './request-validator.ts'

export type ConfigSources = {
  /** The text of a YAML file (JSON is YAML too). */
  readonly file?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default `WATCHWORD_`. */
  readonly prefix?: string
  /** Variables with the prefix that belong to somebody else; every other unknown one is a fault. */
  readonly foreignVariables?: (name: string) => boolean
  /** Reads the file that a `*_FILE` variable names; the text is used without its last line break. */
  readonly readFile?: (path: string) => string
}

/**
 * Reads a configuration: defaults of the schema, the file over them, variables over both (`WATCHWORD_SECTION_KEY_NAME`
 * is `section.keyName`, with `_FILE` behind it a file that holds the value). Frozen; throws one `ConfigError` with all faults.
 */
export function loadConfig<T extends TObject>(schema: T, sources: ConfigSources): Static<T> {
  const faults: ConfigFault[] = []
  const tree = readTree(sources.file, faults)
  const prefix = sources.prefix ?? 'WATCHWORD_'
  const variables = environmentValues(schema, {
    ...sources,
    prefix,
    foreignVariables: sources.foreignVariables ?? (() => false),
  })
  faults.push(...variables.faults)
  for (const { path, value } of variables.values) {
    if (!setAt(tree, path, value))
      faults.push({ path: path.join('.'), detail: 'a section of the file stands in the way' })
  }
  faults.push(...unknownKeys(schema, tree).map((path) => ({ path, detail: 'is not known' })))

  const filled = Value.Default(schema, withSections(schema, tree))
  const seen = new Set(faults.map(({ path }) => path))
  for (const { pointer, detail } of faultsOf(Value.Errors(schema, filled), '')) {
    const path = pointer.slice(1).replaceAll('/', '.')
    if (seen.has(path)) continue
    const source = variables.values.find((variable) => variable.path.join('.') === path)
    faults.push({ path, detail: source === undefined ? detail : `${detail} (${source.name})` })
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return freezeDeep(filled) as Static<T>
}

function readTree(text: string | undefined, faults: ConfigFault[]): ConfigTree {
  if (text === undefined) return {}
  try {
    const parsed: unknown = parse(text, { maxAliasCount: 100 })
    if (parsed === null || parsed === undefined) return {}
    if (isTree(parsed)) return structuredClone(parsed)
    faults.push({ path: '', detail: 'the file is not a mapping of keys to values' })
  } catch (error) {
    // The parser quotes the line, which may hold a secret: only the place is told.
    const [start] = (error as { linePos?: readonly { line: number; col: number }[] }).linePos ?? []
    const place = start === undefined ? '' : ` at line ${start.line}, column ${start.col}`
    faults.push({ path: '', detail: `the file is not valid YAML${place}` })
  }
  return {}
}
