import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  auditLead,
  deliveryGroup,
  rightsOf,
  serviceNames,
  stageCatalogue,
  stateTopicOf,
  stateTopics,
  topicCatalogue,
  topicOf,
} from './index.ts'

const may = (service: string, operation: string, name: string): boolean =>
  rightsOf(service).some((right) => right.operation === operation && right.name === name)

/** Operators put dead letters back through session-guard. */
const replays = (service: string, topic: string): boolean =>
  service === 'session-guard' && stageCatalogue.some(({ input }) => input === topic)

const lead = `${auditLead.group}.${auditLead.topic}`
const delivery = `${deliveryGroup.group}.${deliveryGroup.topic}`

describe('the rights of a service', () => {
  test('are those of services that there are', () => {
    const folders = readdirSync(new URL('../../../services', import.meta.url))
    assert.deepEqual([...serviceNames].toSorted(), folders.toSorted())
  })

  test('let exactly the owners of a topic write it, and who puts dead letters back', () => {
    for (const { name, owner } of topicCatalogue)
      for (const service of serviceNames)
        assert.equal(may(service, 'write', name), owner.includes(service) || replays(service, name), name)
  })

  test('let nobody read a topic but its readers and owners', () => {
    for (const { name, owner, readers } of topicCatalogue)
      for (const service of serviceNames)
        assert.equal(may(service, 'read', name), owner.includes(service) || readers.includes(service), name)
    assert.equal(may('ingest', 'read', topicOf('lock')), false)
    for (const service of serviceNames)
      assert.equal(may(service, 'read', topicOf('factor')), service === 'session-guard', service)
  })

  test('let who folds a topic, or puts its dead letters back, write them, and who folds it be in its group', () => {
    for (const { name } of topicCatalogue)
      for (const service of serviceNames) {
        const stage = stageCatalogue.find((each) => each.service === service && each.input === name)
        const writes = stage !== undefined || replays(service, name)
        assert.equal(may(service, 'write', `${name}.dlq`), writes, `${service} ${name}`)
        const groups = rightsOf(service).filter(
          ({ resource, name: group }) =>
            resource === 'group' && group.endsWith(name) && group !== lead && group !== delivery,
        )
        assert.deepEqual(
          groups.map(({ name: group }) => group),
          stage === undefined ? [] : [`watchword.${stage.name}.${name}`],
        )
      }
  })

  test('let the auditor, and nobody else, be in the group that says who stores', () => {
    for (const service of serviceNames) assert.equal(may(service, 'read', lead), service === 'auditor', service)
  })

  test('let the notifier, and nobody else, be in the group that says who delivers', () => {
    for (const service of serviceNames) assert.equal(may(service, 'read', delivery), service === 'notifier', service)
  })

  test('let who runs a stage keep its state, and nobody else see it', () => {
    for (const stage of stageCatalogue)
      for (const service of serviceNames)
        for (const operation of ['write', 'read'])
          assert.equal(may(service, operation, stateTopicOf(stage.name)), service === stage.service, service)
    assert.deepEqual(
      stateTopics.map(({ name, partitions, cleanup }) => [name, partitions, cleanup]),
      stageCatalogue.map(({ name }) => [stateTopicOf(name), 24, 'compact']),
    )
  })

  test('name stages that read what they fold', () => {
    for (const { service, input } of stageCatalogue) assert.ok(may(service, 'read', input), input)
  })

  test('exist for services of the catalogue alone', () => {
    assert.throws(() => rightsOf('stranger'), TypeError)
  })
})
