import { auditLead } from './audit-lead.ts'
import { deliveryGroup } from './delivery-group.ts'
import { stageCatalogue, stateTopicOf, topicCatalogue } from './topics.ts'

/** One thing that a service may do with the log; everything else it may not. */
export type ServiceRight = Readonly<{
  service: string
  resource: 'topic' | 'group'
  /** A topic, the beginning of the names of topics, or a consumer group. */
  name: string
  pattern: 'literal' | 'prefixed'
  operation: 'read' | 'write' | 'describe'
}>

/** Through which operators put dead letters back on their topics. */
const deadLetterReplayer = 'session-guard'

/** Every service that the catalogue names as an owner or a reader. */
export const serviceNames: readonly string[] = [
  ...new Set(topicCatalogue.flatMap(({ owner, readers }) => [...owner, ...readers])),
].toSorted()

/**
 * The least that a service needs, derived from the owners, readers and stages of the catalogue:
 *
 * - It writes what it owns and reads what it is a reader of. It also reads what it owns: a stage that starts reads the end of its
 *   outputs, to say nothing twice.
 * - Dead letters hold what their topic holds, so the same services read them; who runs a stage over the topic writes them.
 * - Operators put dead letters back through one service, which reads and notes them, and writes to every topic that a stage reads.
 * - It belongs to the groups of its stages, and keeps their states. The auditor belongs to the group that says which of its replicas stores, the
 *   notifier to the one that says which of them delivers. Whoever tails needs no group.
 * - It may see that the log's topics are there and how they are cut, which opening the log checks.
 *
 * Throws a TypeError for a service that the catalogue does not name.
 */
export function rightsOf(service: string): readonly ServiceRight[] {
  if (!serviceNames.includes(service)) throw new TypeError(`no service of the catalogue: ${service}`)
  const onTopic = (name: string, operation: 'read' | 'write'): ServiceRight => ({
    service,
    resource: 'topic',
    name,
    pattern: 'literal',
    operation,
  })
  const stages = stageCatalogue.filter((stage) => stage.service === service)
  const topics = topicCatalogue.flatMap(({ name, owner, readers }) => {
    const owns = owner.includes(service)
    const folds = stages.some(({ input }) => input === name)
    const replays = service === deadLetterReplayer && stageCatalogue.some(({ input }) => input === name)
    return [
      ...(owns || replays ? [onTopic(name, 'write')] : []),
      ...(owns || readers.includes(service) ? [onTopic(name, 'read')] : []),
      ...(readers.includes(service) || replays ? [onTopic(`${name}.dlq`, 'read')] : []),
      ...(folds || replays ? [onTopic(`${name}.dlq`, 'write')] : []),
    ]
  })
  const states = stages.flatMap(({ name }) => [
    onTopic(stateTopicOf(name), 'write'),
    onTopic(stateTopicOf(name), 'read'),
  ])
  const groups = groupsOf(service).map(
    (name): ServiceRight => ({ service, resource: 'group', name, pattern: 'literal', operation: 'read' }),
  )
  return [
    { service, resource: 'topic', name: 'watchword.', pattern: 'prefixed', operation: 'describe' },
    ...topics,
    ...states,
    ...groups,
  ]
}

/** Names of consumer groups as a cluster knows them. */
function groupsOf(service: string): readonly string[] {
  const ofStages = stageCatalogue.filter((stage) => stage.service === service)
  return [
    ...ofStages.map(({ name, input }) => `watchword.${name}.${input}`),
    ...(service === 'auditor' ? [`${auditLead.group}.${auditLead.topic}`] : []),
    ...(service === 'notifier' ? [`${deliveryGroup.group}.${deliveryGroup.topic}`] : []),
  ]
}
