import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { clickhouse, prometheus } from './build/sources.ts'

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const sources = text('provisioning/datasources/watchword.yml')
const providers = text('provisioning/dashboards/watchword.yml')

test('the data sources are of the kinds that the dashboards choose from, and ClickHouse is asked as the user that only reads', () => {
  type Source = Readonly<{ type: string; jsonData: Readonly<Record<string, unknown>> }>
  const { datasources } = parse(sources) as { datasources: readonly Source[] }
  assert.deepEqual(
    datasources.map(({ type }) => type),
    [clickhouse.type, prometheus.type],
  )
  assert.partialDeepStrictEqual(datasources[0]?.jsonData, {
    protocol: 'http',
    username: 'grafana',
    defaultDatabase: 'watchword',
  })
})

test('the page on Grafana sets every variable that the provisioning files read, and no other', () => {
  const read = [...`${sources}${providers}`.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  const set = [...text('../docs/grafana.md').matchAll(/^export (\w+)=/gm)].map(([, name = '']) => name)
  assert.deepEqual([...new Set(set)].toSorted(), [...new Set(read)].toSorted())
})
