import { readFileSync } from 'node:fs'
import { createHttpRegistry, type HttpRegistry, schemaRegistrySchema } from '@watchword/contracts'
import { loadConfig } from '@watchword/service-kit'
import { Type } from 'typebox'
import { readConfigFile } from '../config-file.ts'
import { type Terminal, UsageError } from '../terminal.ts'

/** Options of the commands that ask a schema registry. */
export type RegistryOptions = Readonly<{ registry?: string; config?: string }>

const schema = Type.Object({ schemaRegistry: schemaRegistrySchema })

/** The registry that options, environment and file name, options first; throws a UsageError or a ConfigError. */
export function schemaRegistryOf(options: RegistryOptions, { env }: Terminal): HttpRegistry {
  const { schemaRegistry } = loadConfig(schema, {
    ...(options.config === undefined ? {} : { file: readConfigFile(options.config) }),
    env,
    // The environment of a platform has variables that this command has no use for.
    foreignVariables: (name) => !name.startsWith('WATCHWORD_SCHEMA_REGISTRY_'),
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const url = options.registry ?? schemaRegistry.url
  if (url === undefined) throw new UsageError('no --registry, and none in the configuration')
  if (!/^https?:\/\/[^\s/@]+(?:\/\S*)?$/.test(url))
    throw new UsageError('--registry is no http or https address (user and password belong into the configuration)')
  return createHttpRegistry({ ...schemaRegistry, url })
}
