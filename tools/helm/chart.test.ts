import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { serviceNames } from '@watchword/contracts'
import { stopDeadlineMsDefault } from '@watchword/service-kit'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { serviceOfPath } from '../cluster/service-of-path.ts'
import { repositoryText } from '../src/repository.ts'
import { chartText, interfacePaths, serviceByRoutes, valueSets } from './chart.ts'
import { documentedValues } from './documented-values.ts'
import { valuesSchema } from './values-schema.ts'

type Values = Readonly<Record<string, unknown>>

const defaults = parse(chartText('values.yaml')) as Values

test('every value of the chart has a meaning, a place in the schema, and a default that the schema takes', () => {
  const documented = documentedValues(chartText('values.yaml'))
  assert.ok(documented.length > 100)
  for (const { path, meaning } of documented) {
    assert.notEqual(meaning, '', path)
    assert.notEqual(schemaAt(path), undefined, path)
  }
  assert.deepEqual(Value.Errors(valuesSchema, defaults), [])
  assert.deepEqual(
    pathsOf(valuesSchema).filter((path) => !documented.some((value) => isAtOrBelow(path, value.path))),
    [],
  )
})

test('every set of values that is tested is one that the schema takes', () => {
  assert.ok(valueSets.size >= 12)
  for (const [name, files] of valueSets)
    for (const file of files) assert.deepEqual(Value.Errors(valuesSchema, parse(readFileSync(file, 'utf8'))), [], name)
})

test('an unknown value is refused at every depth, so that a misspelled one is not passed over', () => {
  for (const values of [{ scorrer: {} }, { scorer: { replica: 2 } }, { kafka: { tls: { enable: true } } }])
    assert.notDeepEqual(Value.Errors(valuesSchema, values), [])
  assert.notDeepEqual(Value.Errors(valuesSchema, { ingest: { config: { geo: { database: [] } } } }), [])
})

test('nothing that is secret can be given as a value', () => {
  for (const values of [
    { sessionGuard: { config: { reportKey: 'k'.repeat(43) } } },
    { notifier: { config: { webhooks: [] } } },
    { notifier: { config: { mail: [] } } },
    { auditor: { config: { signingKey: '{}' } } },
    { kafka: { sasl: { password: 'x' } } },
    { clickhouse: { password: 'x' } },
    { ingest: { bootstrap: { value: 'x' } } },
  ])
    assert.notDeepEqual(Value.Errors(valuesSchema, values), [], JSON.stringify(values))
})

test('whoever ends a process waits longer than it may take to stop, and says how long that is', () => {
  const stopSeconds = stopDeadlineMsDefault / 1000
  const periods = documentedValues(chartText('values.yaml')).filter(({ path }) =>
    path.endsWith('.terminationGracePeriodSeconds'),
  )
  assert.equal(periods.length, serviceNames.length)
  for (const { path, meaning, default: seconds } of periods) {
    assert.ok(meaning.includes(`the ${stopSeconds} s that a stop may take`), path)
    assert.ok(Number(seconds) > stopSeconds, path)
  }
  const compose = repositoryText('deploy/compose/compose.yaml')
  const [, asked, waited] =
    /Longer than the (\d+) s that a stop may take\.\n *stop_grace_period: (\d+)s\n/.exec(compose) ?? []
  assert.equal(Number(asked), stopSeconds)
  assert.ok(Number(waited) > stopSeconds)
  assert.ok(repositoryText('docs/operations.md').includes(`all within ${stopSeconds} s.`))
})

test('the chart is of the version of the platform', () => {
  const { version, appVersion } = parse(chartText('Chart.yaml')) as { version: string; appVersion: string }
  const platform = (JSON.parse(repositoryText('package.json')) as { version: string }).version
  assert.deepEqual([version, appVersion], [platform, platform])
})

test('the routes send each path of the interface where the front of the cluster does, and the own ones of a process nowhere', () => {
  const own = new Set(['/livez', '/readyz', '/metrics', '/openapi.json'])
  for (const path of interfacePaths())
    assert.equal(serviceByRoutes(path), own.has(path) ? undefined : serviceOfPath(path), path)
})

type Schema = Readonly<{ properties?: Readonly<Record<string, Schema>> }>

function schemaAt(path: string): Schema | undefined {
  return path.split('.').reduce<Schema | undefined>((schema, key) => schema?.properties?.[key], valuesSchema as Schema)
}

function pathsOf(schema: Schema, path: readonly string[] = []): readonly string[] {
  if (schema.properties === undefined) return [path.join('.')]
  return Object.entries(schema.properties).flatMap(([key, below]) => pathsOf(below, [...path, key]))
}

function isAtOrBelow(path: string, documented: string): boolean {
  return path === documented || path.startsWith(`${documented}.`)
}
