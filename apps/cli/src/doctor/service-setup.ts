import { readFileSync } from 'node:fs'
import { parseKey } from '@watchword/access'
import { type auditorProcessSchema, parseSigningJwk } from '@watchword/auditor'
import type { ingestProcessSchema } from '@watchword/ingest'
import { checkedConfig, type notifierProcessSchema } from '@watchword/notifier'
import { clusterFaults, type HostConfig } from '@watchword/service-host'
import { ConfigError, type ConfigFault, loadConfig } from '@watchword/service-kit'
import { parseSecrets, type sessionGuardProcessSchema } from '@watchword/session-guard'
import type { Static } from 'typebox'
import { readConfigFile } from '../config-file.ts'
import { processSchemas } from '../platform/process-schemas.ts'
import { UsageError } from '../terminal.ts'

export type ServiceName = keyof typeof processSchemas

/** The sections that every service has, and those that only some have. */
export type ServiceConfig = HostConfig &
  Partial<
    Pick<Static<typeof ingestProcessSchema>, 'bootstrap'> &
      Pick<Static<typeof sessionGuardProcessSchema>, 'guard'> &
      Pick<Static<typeof notifierProcessSchema>, 'notifier'> &
      Pick<Static<typeof auditorProcessSchema>, 'clickhouse' | 'audit'>
  >

/** A service with the configuration that its process would have here, or with all that is wrong with it. */
export type ServiceSetup = Readonly<{ service: ServiceName }> &
  (Readonly<{ config: ServiceConfig }> | Readonly<{ faults: readonly ConfigFault[] }>)

type Environment = Readonly<Record<string, string | undefined>>

/** Reads what the services of `scorer` or `scorer=scorer.yaml` read. Throws a UsageError for a service that there is not, or a file that cannot be read. */
export function readServiceSetups(assignments: readonly string[], env: Environment): readonly ServiceSetup[] {
  const named = assignments.map((assignment) => {
    const [service = '', ...file] = assignment.split('=')
    if (!isService(service))
      throw new UsageError(`no service, one of ${Object.keys(processSchemas).join(', ')}: ${service}`)
    const path = file.length === 0 ? undefined : file.join('=')
    return { service, ...(path === undefined ? {} : { file: readConfigFile(path) }) }
  })
  const services = named.map(({ service }) => service)
  return named.map(({ service, ...file }) => {
    const others = services.filter((other) => other !== service)
    try {
      const config = loadConfig(processSchemas[service], {
        ...file,
        env,
        // Where several are asked about in one environment, each has variables of its own there.
        foreignVariables: (name) => !knows(service, name) && others.some((other) => knows(other, name)),
        readFile: (path) => readFileSync(path, 'utf8'),
      }) as ServiceConfig
      const faults = [...clusterFaults(config), ...contentFaults(config)]
      return faults.length === 0 ? { service, config } : { service, faults }
    } catch (error) {
      if (error instanceof ConfigError) return { service, faults: error.faults }
      throw error
    }
  })
}

function isService(name: string): name is ServiceName {
  return Object.hasOwn(processSchemas, name)
}

/** Whether a variable is one of this service's. */
function knows(service: ServiceName, variable: string): boolean {
  try {
    loadConfig(processSchemas[service], { env: { [variable]: '' }, readFile: () => '' })
    return true
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return !error.faults.some(({ path, detail }) => path === variable && detail === 'is not known')
  }
}

/** What no schema says: whether the secrets are such, and whether the endpoints can be told. */
function contentFaults({ bootstrap, guard, notifier, audit }: ServiceConfig): readonly ConfigFault[] {
  const { signingKey } = audit ?? {}
  return [
    ...(bootstrap?.key === undefined || parseKey(bootstrap.key.trim()) !== undefined
      ? []
      : [{ path: 'bootstrap.key', detail: 'is no API key' }]),
    ...(guard === undefined ? [] : faultsIn(() => parseSecrets(guard.secrets, 'guard.secrets'))),
    ...(notifier === undefined ? [] : faultsIn(() => checkedConfig(notifier))),
    ...(signingKey === undefined ? [] : faultsIn(() => parseSigningJwk(signingKey), 'audit.signingKey.')),
  ]
}

function faultsIn(read: () => unknown, within = ''): readonly ConfigFault[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults.map(({ path, detail }) => ({ path: `${within}${path}`, detail }))
  }
}
