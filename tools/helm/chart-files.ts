import { clusterTopics, rightsOf, serviceNames, stageCatalogue } from '@watchword/contracts'
import { grafanaFiles } from '@watchword/dashboards/files'
import { planTopics } from '@watchword/event-log/kafka'
import { repositoryText } from '../src/repository.ts'
import { chartReadme } from './chart-readme.ts'
import { valuesSchema } from './values-schema.ts'

const chart = 'deploy/helm/watchword'

/** What is generated of the chart, by the path in the repository: its schema, its README, and what it ships of other parts. */
export function chartFiles(): readonly (readonly [path: string, text: string])[] {
  return [
    [`${chart}/values.schema.json`, json(valuesSchema)],
    [`${chart}/README.md`, chartReadme(repositoryText(`${chart}/values.yaml`))],
    [`${chart}/files/generated/stages.json`, json(stageGroups())],
    [`${chart}/files/generated/topics.json`, json(topics())],
    [`${chart}/files/generated/acls.json`, json(aclsByService())],
    ...grafanaFiles().map(([path, text]) => shipped(path, text)),
  ]
}

/** Dashboards are shipped in one line each: a release is kept in a Secret, which has an end. */
function shipped(path: string, text: string): readonly [path: string, text: string] {
  const name = path.split('/').at(-1) ?? ''
  if (name.endsWith('.json')) return [`${chart}/files/generated/dashboards/${name}`, JSON.stringify(JSON.parse(text))]
  return [`${chart}/files/generated/${name}`, text]
}

/** Whose lag says how many replicas of a service there should be. */
function stageGroups() {
  return stageCatalogue.map(({ name, service, input }) => {
    const group = `watchword.${name}.${input}`
    if (!rightsOf(service).some((right) => right.resource === 'group' && right.name === group))
      throw new TypeError(`${service} is in no group ${group}`)
    return { service, group, topic: input }
  })
}

/** Topics as a cluster is to have them; how many replicas is for the values to say. */
function topics() {
  return planTopics(clusterTopics, [], { replicationFactor: 1, minInsyncReplicas: 1 }).flatMap((step) => {
    if (step.status !== 'missing') return []
    const config = [...step.settings].filter(([name]) => name !== 'min.insync.replicas')
    return [{ name: step.topic, partitions: step.partitions, config: Object.fromEntries(config) }]
  })
}

const operations = { read: 'Read', write: 'Write', describe: 'Describe' } as const

/** The least rights of each service, as Strimzi writes them. */
function aclsByService() {
  return Object.fromEntries(
    serviceNames.map((service) => [
      service,
      rightsOf(service).map(({ resource, name, pattern, operation }) => ({
        resource: { type: resource, name, patternType: pattern === 'prefixed' ? 'prefix' : 'literal' },
        operations: [operations[operation]],
      })),
    ]),
  )
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
