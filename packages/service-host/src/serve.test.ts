import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLifecycle, createLogger, createMetrics, type Readiness } from '@watchword/service-kit'
import { serve } from './serve.ts'
import { version } from './version.ts'

test('a process answers where it says, with its routes, its readiness and its metrics, until its lifecycle stops', async (t) => {
  const logger = createLogger({ service: 'test', version, level: 'silent' })
  const lifecycle = createLifecycle({}, { logger })
  t.after(() => lifecycle.stop())
  let found: Readiness = { ready: false, detail: 'starting' }
  let announced = ''
  const { url } = await serve(
    { host: '127.0.0.1', port: 0, title: 'Test' },
    {
      logger,
      lifecycle,
      metrics: createMetrics({ service: 'test', version, processMetrics: false }),
      checks: { part: () => found },
      async routes(server, address) {
        announced = address
        server.get('/v1/thing', async () => ({ thing: true }))
      },
    },
  )
  assert.equal(announced, url)
  assert.deepEqual(await (await fetch(`${url}/v1/thing`)).json(), { thing: true })
  assert.equal((await fetch(`${url}/livez`)).status, 200)
  const unready = await fetch(`${url}/readyz`)
  assert.equal(unready.status, 503)
  assert.partialDeepStrictEqual(await unready.json(), { checks: { part: { ready: false, detail: 'starting' } } })
  found = { ready: true }
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
  assert.match(await (await fetch(`${url}/metrics`)).text(), /watchword_build_info\{service="test"/)
  assert.partialDeepStrictEqual(await (await fetch(`${url}/openapi.json`)).json(), {
    info: { title: 'Test', version },
    paths: { '/v1/thing': {} },
  })
  assert.equal(await lifecycle.stop(), true)
  await assert.rejects(fetch(`${url}/livez`))
})
