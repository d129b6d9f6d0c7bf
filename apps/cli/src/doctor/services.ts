import { examineClickhouse } from './clickhouse.ts'
import { examineClock } from './clock.ts'
import { examineDataFolder } from './data-folder.ts'
import { checked, configFinding, type Finding, passed } from './finding.ts'
import { examineKafka } from './kafka-cluster.ts'
import { examineOrigins } from './origins.ts'
import { examineRegistry } from './schema-registry.ts'
import { examineAgreement, examineSecretFiles } from './secrets.ts'
import { readServiceSetups, type ServiceConfig } from './service-setup.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Named = Readonly<{ service: string; config: ServiceConfig }>

/** What is wrong with services of their own, and with the servers that they are configured for. Throws a UsageError for one that there is not. */
export async function examineServices(assignments: readonly string[], env: Environment): Promise<readonly Finding[]> {
  const setups = readServiceSetups(assignments, env)
  const usable = setups.flatMap((setup): readonly Named[] => ('config' in setup ? [setup] : []))
  const configs = usable.map(({ config }) => config)
  return [
    ...setups.flatMap((setup) =>
      'faults' in setup
        ? setup.faults.map((each) => configFinding(each, setup.service))
        : [passed(`${setup.service}: configuration`, 'can be used')],
    ),
    ...(await ofEach(usable)),
    ...(await checked({ check: 'secrets' }, () => examineSecretFiles(env))),
    ...(await checked({ check: 'secrets' }, () => examineAgreement(configs))),
    ...(await servers(usable)),
  ]
}

async function ofEach(named: readonly Named[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { service, config } of named) {
    const check = `${service}: data folder`
    const setting = 'data.directory'
    findings.push(...(await checked({ check, setting }, () => examineDataFolder(config.data.directory, check))))
    findings.push(...originsOf(config, service))
  }
  return findings
}

function originsOf({ bootstrap }: ServiceConfig, service: string): readonly Finding[] {
  return bootstrap === undefined ? [] : examineOrigins(bootstrap, `${service}: origins`, () => 'bootstrap.origins')
}

/** Every server once for each way in which it is entered. */
async function servers(named: readonly Named[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [services, kafka] of grouped(named, ({ kafka }) => kafka))
    findings.push(...(await examineKafka(kafka, `kafka for ${services}`)))
  for (const [services, { url, ...login }] of grouped(named, ({ schemaRegistry }) => schemaRegistry)) {
    if (url === undefined) continue
    findings.push(...(await examineRegistry({ ...login, url }, `schema registry for ${services}`)))
    const check = 'clock of the schema registry'
    findings.push(...(await checked({ check }, () => examineClock(`${url.replace(/\/+$/, '')}/subjects`, check))))
  }
  for (const [services, clickhouse] of grouped(named, (config) => config.clickhouse)) {
    findings.push(...(await examineClickhouse(clickhouse, `clickhouse for ${services}`)))
    const check = 'clock of clickhouse'
    findings.push(...(await checked({ check }, () => examineClock(clickhouse.url, check))))
  }
  return findings
}

/** The different sections, each with the services that have it. */
function grouped<Section extends object>(
  named: readonly Named[],
  sectionOf: (config: ServiceConfig) => Section | undefined,
): readonly (readonly [services: string, section: Section])[] {
  const groups = new Map<string, { services: string[]; section: Section }>()
  for (const { service, config } of named) {
    const section = sectionOf(config)
    if (section === undefined) continue
    const text = JSON.stringify(section)
    const group = groups.get(text) ?? { services: [], section }
    group.services.push(service)
    groups.set(text, group)
  }
  return [...groups.values()].map(({ services, section }) => [services.join(', '), section])
}
