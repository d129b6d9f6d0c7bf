import type { TSchema } from 'typebox'
import type { ConfigFault } from './config-error.ts'
import { sectionOf } from './config-tree.ts'

export type EnvironmentSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly prefix: string
  readonly foreignVariables: (name: string) => boolean
  readonly readFile?: (path: string) => string
}

/** A value that a variable gives to a key. */
export type EnvironmentValue = { readonly name: string; readonly path: readonly string[]; readonly value: unknown }

/** Finds the values of a schema's keys among the variables, and the variables that fit no key. */
export function environmentValues(schema: TSchema, sources: EnvironmentSources) {
  const values: EnvironmentValue[] = []
  const faults: ConfigFault[] = []
  const keys = new Map(leavesOf(schema, []).map((leaf) => [sources.prefix + variableName(leaf.path), leaf]))
  for (const [name, text] of Object.entries(sources.env)) {
    if (text === undefined || !name.startsWith(sources.prefix)) continue
    if (sources.foreignVariables(name) || isServiceLink(name, text)) continue
    const leaf = keys.get(name)
    const fileLeaf = name.endsWith('_FILE') ? keys.get(name.slice(0, -'_FILE'.length)) : undefined
    if (leaf !== undefined) values.push({ name, path: leaf.path, value: valueOf(leaf.schema, text) })
    else if (fileLeaf === undefined) faults.push({ path: name, detail: 'is not known' })
    else if (sources.env[name.slice(0, -'_FILE'.length)] !== undefined) {
      faults.push({ path: name, detail: 'the same key is given without _FILE too' })
    } else {
      const content = readOr(sources.readFile, text)
      if (content === undefined) faults.push({ path: name, detail: 'the file cannot be read' })
      else values.push({ name, path: fileLeaf.path, value: valueOf(fileLeaf.schema, content) })
    }
  }
  return { values, faults }
}

type Leaf = { readonly path: readonly string[]; readonly schema: TSchema }

function leavesOf(schema: TSchema, path: readonly string[]): Leaf[] {
  const properties = sectionOf(schema)
  if (properties === undefined) return [{ path, schema }]
  return Object.entries(properties).flatMap(([key, property]) => leavesOf(property, [...path, key]))
}

/** `['log', 'retentionDays']` is `LOG_RETENTION_DAYS`. */
function variableName(path: readonly string[]): string {
  return path
    .map((key) =>
      key
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replaceAll('-', '_')
        .toUpperCase(),
    )
    .join('_')
}

// What does not parse stays text, so that the schema names the fault together with all the others.
function valueOf(schema: TSchema, text: string): unknown {
  const types = typesOf(schema)
  if (types.has('string')) return text
  if ((types.has('number') || types.has('integer')) && /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim()))
    return Number(text)
  if (types.has('boolean') && /^(true|false)$/.test(text)) return text === 'true'
  if (types.has('array') || types.has('object')) {
    const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined
    if (parsed !== undefined) return parsed
    if (types.has('array'))
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
  }
  return text
}

function typesOf(schema: TSchema): Set<string> {
  const { type, anyOf } = schema as { type?: string; anyOf?: readonly TSchema[] }
  if (anyOf !== undefined) return new Set(anyOf.flatMap((branch) => [...typesOf(branch)]))
  return new Set(type === undefined ? [] : [type])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readOr(readFile: EnvironmentSources['readFile'], path: string): string | undefined {
  try {
    return readFile?.(path).replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}

// Kubernetes puts the address of every service of the namespace into the environment, also of one called "watchword".
function isServiceLink(name: string, text: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text))
  )
}
