import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { promtool } from '../testing/prometheus.ts'
import { alerts } from './rule-file.ts'

const rules = fileURLToPath(new URL('../../generated/prometheus/watchword.rules.yml', import.meta.url))
const [minutes, days] = [
  fileURLToPath(new URL('alerts.unit.yml', import.meta.url)),
  fileURLToPath(new URL('days.unit.yml', import.meta.url)),
]

test('promtool finds no fault in the rules', async () => {
  assert.match(await promtool('check', 'rules', rules), /SUCCESS/)
})

test('promtool finds no fault in the configuration that docs/grafana.md shows', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-prometheus-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const page = readFileSync(new URL('../../../docs/grafana.md', import.meta.url), 'utf8')
  const [, shown = ''] = /^```yaml prometheus\n(.*?)^```$/ms.exec(page) ?? []
  const checkout = fileURLToPath(new URL('../../..', import.meta.url))
  writeFileSync(join(folder, 'prometheus.yml'), shown.replace('/path/to/watchword/', checkout))
  const said = await promtool('check', 'config', join(folder, 'prometheus.yml'))
  assert.match(said, /SUCCESS: 1 rule files found/)
})

test('each alert comes when it has to, and none while all is well', async () => {
  assert.match(await promtool('test', 'rules', minutes, days), /SUCCESS/)
  const text = [minutes, days].map((file) => readFileSync(file, 'utf8')).join('')
  const untested = alerts.filter(({ alert }) => !text.includes(`alertname="${alert}"`))
  assert.deepEqual(untested, [])
})

test('and these tests find an alert that does not come', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-rules-'))
  try {
    writeFileSync(join(folder, 'rules.yml'), readFileSync(rules, 'utf8').replace('> 0.05', '> 1'))
    const moved = join(folder, 'cases.yml')
    writeFileSync(
      moved,
      readFileSync(days, 'utf8').replace('../../generated/prometheus/watchword.rules.yml', 'rules.yml'),
    )
    await assert.rejects(promtool('test', 'rules', moved), /WatchwordActivitiesRejected/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
