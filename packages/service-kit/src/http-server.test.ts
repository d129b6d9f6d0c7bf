import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import {
  createHttpServer,
  createLogger,
  createMetrics,
  type HttpServer,
  problem,
  registerHealthRoutes,
  traceparentOf,
} from './index.ts'

const bodySchema = Type.Object(
  { name: Type.String({ maxLength: 8 }), nested: Type.Optional(Type.Object({ count: Type.Integer() })) },
  { additionalProperties: false },
)

async function sampleServer(): Promise<{
  server: HttpServer
  log: () => string
  metrics: ReturnType<typeof createMetrics>
}> {
  const destination = new PassThrough()
  const chunks: string[] = []
  destination.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const logger = createLogger({ service: 'sample', version: '1', level: 'debug' }, { destination })
  const metrics = createMetrics({ service: 'sample', version: '1', processMetrics: false })
  let ids = 0
  const server = await createHttpServer(
    { title: 'Sample', version: '1.0.0', bodyLimitBytes: 2_048 },
    { logger, metrics, newId: () => `id-${(ids += 1)}` },
  )
  server.post('/things', { schema: { body: bodySchema } }, async (request, reply) =>
    reply.code(201).send({ made: request.body.name.toUpperCase() }),
  )
  server.get(
    '/things/:thing',
    {
      schema: {
        params: Type.Object({ thing: Type.String({ maxLength: 5 }) }),
        querystring: Type.Object(
          { limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }) },
          { additionalProperties: false },
        ),
      },
    },
    (request) => ({
      thing: request.params.thing,
      limit: request.query.limit,
      trace: traceparentOf(request) ?? null,
    }),
  )
  server.get('/broken', async () => {
    throw new Error('the password is hunter2')
  })
  server.get('/refused', async () => {
    throw problem('verification-failed', {
      extensions: { attemptsLeft: 2, status: 200 },
      headers: { 'X-Extra': 'yes' },
    })
  })
  server.get('/busy', { schema: { response: { 503: Type.Object({ ready: Type.Boolean() }) } } }, async () => {
    throw problem('log-unavailable')
  })
  server.get('/later', async (request) => {
    throw problem('overloaded', request.headers['priority'] === 'u=7' ? { isShed: true } : {})
  })
  registerHealthRoutes(server, {}, { checks: { log: () => ({ ready: true }) }, metrics, logger })
  return { server, log: () => chunks.join(''), metrics }
}

const post = (server: HttpServer, payload: string, type = 'application/json') =>
  server.inject({ method: 'POST', url: '/things', payload, headers: { 'content-type': type } })

test('a body that is not JSON is 400, one that breaks the schema is 422 and names each field', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  const malformed = await post(server, '{"name":')
  assert.equal(malformed.statusCode, 400)
  assert.equal(malformed.headers['content-type'], 'application/problem+json')
  assert.equal(malformed.json().code, 'malformed')

  const invalid = await post(server, '{"extra":1,"nested":{"count":"3"}}')
  assert.equal(invalid.statusCode, 422)
  const body = invalid.json()
  assert.deepEqual(
    [body.type, body.code, body.status, body.instance],
    ['/problems/invalid', 'invalid', 422, `/requests/${String(invalid.headers['x-request-id'])}`],
  )
  assert.deepEqual(body.errors.map((fault: { pointer: string }) => fault.pointer).toSorted(), [
    '/extra',
    '/name',
    '/nested/count',
  ])
})

test('a body is never converted, stripped or merged into a prototype', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  assert.equal((await post(server, '{"name":5}')).statusCode, 422)
  assert.equal((await post(server, '{"name":"a","__proto__":{"admin":true}}')).statusCode, 400)
  assert.equal((await post(server, '{"name":"a","constructor":{"prototype":{}}}')).statusCode, 400)
  assert.equal((await post(server, '{"name":"a"}')).json().made, 'A')
})

test('a query or a path that breaks its schema is 400 with a pointer that names it; text is converted there', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  assert.deepEqual((await server.inject('/things/a?limit=7')).json(), { thing: 'a', limit: 7, trace: null })
  assert.equal((await server.inject('/things/a')).json().limit, 100)
  for (const [url, pointer] of [
    ['/things/a?limit=0', '/query/limit'],
    ['/things/a?limit=many', '/query/limit'],
    ['/things/a?page=2', '/query/page'],
    ['/things/toolong', '/path/thing'],
  ] as const) {
    const answer = await server.inject(url)
    assert.equal(answer.statusCode, 400, url)
    assert.deepEqual(
      answer.json().errors.map((fault: { pointer: string }) => fault.pointer),
      [pointer],
    )
  }
})

test('takes bodies of at most 64 KiB unless a route says otherwise: they are read before a caller is known', async (t) => {
  const logger = createLogger({ service: 'sample', version: '1', level: 'silent' })
  const metrics = createMetrics({ service: 'sample', version: '1', processMetrics: false })
  const server = await createHttpServer({ title: 'Sample', version: '1.0.0' }, { logger, metrics, newId: () => 'id' })
  t.after(() => server.close())
  server.post('/things', { schema: { body: Type.Array(Type.Integer()) } }, async () => ({}))
  const statusOf = async (bytes: number) =>
    (await server.inject({ method: 'POST', url: '/things', payload: ones(bytes), headers: asJson })).statusCode
  assert.deepEqual([await statusOf(65_535), await statusOf(65_537)], [200, 413])
})

const asJson = { 'content-type': 'application/json' }

/** `[1,1,…,1]` of this odd length. */
function ones(bytes: number): string {
  return `[${'1,'.repeat((bytes - 3) / 2)}1]`
}

test('no such path is 404, no such method 405 with Allow, too large 413, another media type 415, a bad address 400', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  assert.equal((await server.inject('/nowhere')).json().code, 'not-found')
  const method = await server.inject({ method: 'DELETE', url: '/things/a?x=1' })
  assert.deepEqual(
    [method.statusCode, method.json().code, method.headers['allow']],
    [405, 'method-not-allowed', 'GET, HEAD'],
  )
  assert.equal((await post(server, JSON.stringify({ name: 'x'.repeat(4_000) }))).json().code, 'payload-too-large')
  assert.equal((await post(server, '<a/>', 'text/xml')).json().code, 'unsupported-media-type')
  const address = await server.inject('/things/%zz')
  assert.deepEqual([address.statusCode, address.json().code], [400, 'malformed'])
  assert.ok(address.headers['x-request-id'])
})

test('an unforeseen error is 500 and keeps its message out of the answer', async (t) => {
  const { server, log } = await sampleServer()
  t.after(() => server.close())
  const answer = await server.inject('/broken')
  assert.equal(answer.statusCode, 500)
  assert.equal(answer.json().code, 'internal')
  assert.doesNotMatch(answer.body, /hunter2|stack/)
  assert.match(log(), /request failed/)
})

test('a problem carries its extensions and headers, and no extension replaces a standard member', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  const refused = await server.inject('/refused')
  assert.deepEqual([refused.json().attemptsLeft, refused.json().status, refused.headers['x-extra']], [2, 401, 'yes'])
  assert.match(String(refused.headers['www-authenticate']), /insufficient_user_authentication/)
  const busy = await server.inject('/busy')
  assert.deepEqual([busy.json().code, busy.headers['retry-after']], ['log-unavailable', '1'])
})

test('every answer has a request id: a sane one of the client, else a new one; only a valid traceparent is passed on', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  const ask = (headers: Record<string, string>) => server.inject({ url: '/things/a', headers })
  assert.equal((await ask({ 'x-request-id': 'abc-1' })).headers['x-request-id'], 'abc-1')
  assert.match(String((await ask({ 'x-request-id': 'a b"c' })).headers['x-request-id']), /^id-\d+$/)
  const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  assert.equal((await ask({ traceparent: valid })).json().trace, valid)
  for (const traceparent of [
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `${valid}-x`,
    valid.toUpperCase(),
  ]) {
    assert.equal((await ask({ traceparent })).json().trace, null)
  }
})

test('requests are measured and logged by the pattern of the route, never by the url', async (t) => {
  const { server, log, metrics } = await sampleServer()
  t.after(() => server.close())
  await server.inject('/things/alice?limit=5')
  await server.inject('/nowhere/bob')
  const text = await metrics.metrics()
  assert.match(
    text,
    /watchword_http_request_duration_seconds_count\{route="\/things\/:thing",method="GET",code="200"\} 1/,
  )
  assert.match(text, /route="unmatched",method="GET",code="404"/)
  assert.doesNotMatch(text + log(), /alice|bob/)
})

test('what can wait and is told to come later is measured apart from a fault with the same status', async (t) => {
  const { server, metrics } = await sampleServer()
  t.after(() => server.close())
  for (const headers of [{ priority: 'u=7' }, {}, {}])
    assert.equal((await server.inject({ url: '/later', headers })).statusCode, 503)
  const text = await metrics.metrics()
  assert.match(text, /_count\{route="\/later",method="GET",code="503",shed="true"\} 1\n/)
  assert.match(text, /_count\{route="\/later",method="GET",code="503"\} 2\n/)
})

test('the OpenAPI document is generated from the schemas of the routes', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  await server.ready()
  const document = server.swagger() as { openapi: string; paths: Record<string, unknown> }
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(Object.keys(document.paths).toSorted(), [
    '/broken',
    '/busy',
    '/later',
    '/livez',
    '/metrics',
    '/readyz',
    '/refused',
    '/things',
    '/things/{thing}',
  ])
})

test('no body, whatever it holds, gives a 5xx', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.anything().map((value) => JSON.stringify(value) ?? ''),
    fc.record({ name: fc.anything(), nested: fc.anything() }).map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom('application/json', 'text/plain', 'application/json; charset=x', ''),
      async (payload, type) => {
        const answer = await post(server, payload, type)
        assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body}`)
      },
    ),
    { numRuns: 150 },
  )
})

test('several servers of one process share one registry', async (t) => {
  const metrics = createMetrics({ service: 'sample', version: '1', processMetrics: false })
  const logger = createLogger({ service: 'sample', version: '1', level: 'silent' })
  const servers = await Promise.all(
    [1, 2].map(() => createHttpServer({ title: 'x', version: '1' }, { logger, metrics, newId: () => 'id' })),
  )
  t.after(() => Promise.all(servers.map((server) => server.close())))
  assert.equal(
    (await metrics.getMetricsAsJSON()).filter(({ name }) => name === 'watchword_http_request_duration_seconds').length,
    1,
  )
})

test('a JSON media type without bytes is no body: fine where none is needed, refused where one is', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  server.delete('/things/:thing', async (_request, reply) => reply.code(204).send())
  const headers = { 'content-type': 'application/json' }
  assert.equal((await server.inject({ method: 'DELETE', url: '/things/a', headers })).statusCode, 204)
  const refused = await post(server, '')
  assert.ok(refused.statusCode === 400 || refused.statusCode === 422, String(refused.statusCode))
  assert.match(String(refused.headers['content-type']), /^application\/problem\+json/)
})

test('texts of a query and a path come through as they are, and what does not fit is refused all the same', async (t) => {
  const { server } = await sampleServer()
  t.after(() => server.close())
  server.get(
    '/texts/:name',
    {
      schema: {
        params: Type.Object({ name: Type.String({ minLength: 2 }) }),
        querystring: Type.Object(
          { of: Type.Optional(Type.String({ maxLength: 4 })), at: Type.Optional(Type.String()) },
          { additionalProperties: false },
        ),
      },
    },
    (request) => ({ ...request.params, ...request.query }),
  )
  assert.deepEqual((await server.inject('/texts/007?of=true&at=')).json(), { name: '007', of: 'true', at: '' })
  assert.deepEqual((await server.inject('/texts/null')).json(), { name: 'null' })
  for (const url of ['/texts/a', '/texts/ab?of=12345', '/texts/ab?more=1', '/texts/ab?of=a&of=b'])
    assert.equal((await server.inject(url)).statusCode, 400, url)
})
