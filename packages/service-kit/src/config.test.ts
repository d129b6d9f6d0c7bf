import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { ConfigError, type ConfigSources, loadConfig } from './index.ts'

const schema = Type.Object(
  {
    http: Type.Object({
      port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
      host: Type.String({ default: '127.0.0.1' }),
    }),
    log: Type.Object({
      engine: Type.Union([Type.Literal('embedded'), Type.Literal('kafka')], { default: 'embedded' }),
      brokers: Type.Array(Type.String(), { default: [] }),
      retentionDays: Type.Number({ default: 30 }),
    }),
    clickhouse: Type.Optional(Type.Object({ url: Type.String(), password: Type.Optional(Type.String()) })),
    demo: Type.Boolean({ default: false }),
    labels: Type.Record(Type.String(), Type.String(), { default: {} }),
  },
  { additionalProperties: false },
)

function faultsOf(sources: ConfigSources): Record<string, string> {
  try {
    loadConfig(schema, sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return Object.fromEntries(error.faults.map(({ path, detail }) => [path, detail]))
  }
  return {}
}

test('without any source every key has its default and the result is frozen to the bottom', () => {
  const config = loadConfig(schema, { env: {} })
  assert.deepEqual(config, {
    http: { port: 8080, host: '127.0.0.1' },
    log: { engine: 'embedded', brokers: [], retentionDays: 30 },
    demo: false,
    labels: {},
  })
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.log.brokers))
})

test('a variable wins over the file and the file over the default, each converted to the type of its key', () => {
  const config = loadConfig(schema, {
    file: 'http: { port: 1, host: a }\nlog: { retentionDays: 7 }\nlabels: { team: red }',
    env: {
      WATCHWORD_HTTP_PORT: '2',
      WATCHWORD_LOG_ENGINE: 'kafka',
      WATCHWORD_LOG_BROKERS: 'a:1, b:2',
      WATCHWORD_DEMO: 'true',
      OTHER: 'x',
    },
  })
  assert.deepEqual(config, {
    http: { port: 2, host: 'a' },
    log: { engine: 'kafka', brokers: ['a:1', 'b:2'], retentionDays: 7 },
    demo: true,
    labels: { team: 'red' },
  })
})

test('a secret comes from the file that a _FILE variable names, without the last line break', () => {
  const config = loadConfig(schema, {
    env: { WATCHWORD_CLICKHOUSE_URL: 'http://c', WATCHWORD_CLICKHOUSE_PASSWORD_FILE: '/run/secret' },
    readFile: (path) => `content of ${path}\n`,
  })
  assert.equal(config.clickhouse?.password, 'content of /run/secret')
})

test('all faults are reported together, with the key or the variable and without the value', () => {
  const faults = faultsOf({
    file: 'http: { port: 99999, hots: a }\nlog: { engine: rabbit }\nunknown: 1',
    env: {
      WATCHWORD_LOG_RETENTION_DAYS: 'hunter2',
      WATCHWORD_TYPO: 'hunter2',
      WATCHWORD_CLICKHOUSE_PASSWORD_FILE: '/gone',
    },
    readFile: () => assert.fail('gone'),
  })
  assert.deepEqual(Object.keys(faults).toSorted(), [
    'WATCHWORD_CLICKHOUSE_PASSWORD_FILE',
    'WATCHWORD_TYPO',
    'http.hots',
    'http.port',
    'log.engine',
    'log.retentionDays',
    'unknown',
  ])
  assert.match(faults['log.retentionDays'] ?? '', /WATCHWORD_LOG_RETENTION_DAYS/)
  assert.equal(faults['log.engine'], 'must be one of "embedded", "kafka"')
  assert.doesNotMatch(JSON.stringify(faults), /hunter2|rabbit/)
})

test('a file that is not YAML, or no mapping, is a fault that names the place and quotes nothing', () => {
  assert.match(faultsOf({ file: 'http: [secret', env: {} })[''] ?? '', /not valid YAML at line \d+/)
  assert.match(faultsOf({ file: '- a', env: {} })[''] ?? '', /not a mapping/)
  assert.doesNotMatch(JSON.stringify(faultsOf({ file: 'http: [secret', env: {} })), /secret/)
})

test('a key given both directly and by file is a fault; the service links of Kubernetes are none', () => {
  assert.match(
    faultsOf({ env: { WATCHWORD_HTTP_HOST: 'a', WATCHWORD_HTTP_HOST_FILE: '/b' } })['WATCHWORD_HTTP_HOST_FILE'] ?? '',
    /without _FILE/,
  )
  assert.deepEqual(
    faultsOf({
      env: {
        WATCHWORD_INGEST_SERVICE_HOST: '10.0.0.1',
        WATCHWORD_HTTP_PORT: 'tcp://10.0.0.1:80',
        WATCHWORD_INGEST_PORT_80_TCP_ADDR: '10.0.0.1',
      },
    }),
    {},
  )
  assert.deepEqual(faultsOf({ env: { WATCHWORD_URL: 'x' } }), { WATCHWORD_URL: 'is not known' })
  assert.equal(
    loadConfig(schema, { env: { WATCHWORD_URL: 'x' }, foreignVariables: (name) => name === 'WATCHWORD_URL' }).demo,
    false,
  )
})

test('no file, whatever it holds, throws anything but a ConfigError or reaches a prototype', () => {
  const file = fc.oneof(fc.string(), fc.json(), fc.constant('__proto__: { polluted: 1 }'), fc.constant('&a [*a]'))
  fc.assert(
    fc.property(
      file,
      fc.dictionary(
        fc.string().map((name) => `WATCHWORD_${name}`),
        fc.string(),
        { maxKeys: 3 },
      ),
      (text, env) => {
        try {
          loadConfig(schema, { file: text, env })
        } catch (error) {
          assert.ok(error instanceof ConfigError)
        }
        assert.equal(({} as { polluted?: unknown }).polluted, undefined)
      },
    ),
    { numRuns: 200 },
  )
})
