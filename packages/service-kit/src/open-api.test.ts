import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Type } from 'typebox'
import { createGate, createHttpServer, createLogger, createMetrics, problem } from './index.ts'
import { undocumentedAnswers } from './testing/undocumented-answers.ts'

type Operation = {
  security: unknown
  parameters: { name: string; in: string; required?: boolean }[]
  responses: Record<string, { description: string; headers?: object }>
}

async function world(t: TestContext) {
  const logger = createLogger({ service: 'sample', version: '1', level: 'silent' })
  const metrics = createMetrics({ service: 'sample', version: '1', processMetrics: false })
  const server = await createHttpServer({ title: 'x', version: '1' }, { logger, metrics, newId: () => 'id' })
  t.after(() => server.close())
  const undocumented = undocumentedAnswers(server)
  const { security, onRequest, whoOf } = createGate([{ key: ['read'] }], ({ headers }) => {
    if (headers.authorization === undefined) throw problem('missing-credentials')
    return { name: headers.authorization }
  })
  server.get(
    '/things/:thing',
    {
      schema: {
        security,
        params: Type.Object({ thing: Type.String() }),
        querystring: Type.Object({ limit: Type.Integer({ default: 5 }) }),
        documentation: {
          requestHeaders: { 'X-Color': 'Which one.' },
          answers: {
            200: { description: 'It.', body: Type.Object({ by: Type.String() }), headers: { 'X-Size': 'Its size.' } },
            204: { description: 'Nothing.' },
          },
          problems: ['locked', 'conflict'],
        },
      },
      onRequest,
    },
    async (request, reply) => {
      const { thing } = request.params
      if (thing === 'locked' || thing === 'expired') throw problem(thing)
      if (thing === 'none') return reply.code(204).header('x-odd', '1').send()
      const more = thing === 'more' ? { more: 1 } : {}
      return reply.header('x-size', '7').send({ by: thing === 'number' ? 7 : whoOf(request).name, ...more })
    },
  )
  return { server, undocumented }
}

test('the OpenAPI document has what a route says of itself, and the problems of its schemas', async (t) => {
  const { server } = await world(t)
  await server.ready()
  const { paths } = server.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
  const { parameters, responses, security } = paths['/things/{thing}']?.['get'] ?? assert.fail()
  assert.deepEqual(security, [{ key: ['read'] }])
  assert.deepEqual(
    parameters.map(({ name, in: place, required = false }) => [name, place, required]),
    [
      ['limit', 'query', false],
      ['thing', 'path', true],
      ['X-Color', 'header', false],
    ],
  )
  assert.deepEqual(Object.keys(responses), ['200', '204', '400', '401', '403', '409', 'default'])
  assert.match(responses['409']?.description ?? '', /`conflict`: .*`locked`: /)
  assert.deepEqual(Object.keys(responses['401']?.headers ?? {}), ['WWW-Authenticate'])
})

test('an answer that the document does not foresee is found: a problem, a header, a body', async (t) => {
  const { server, undocumented } = await world(t)
  const headers = { authorization: 'alice' }
  for (const thing of ['book', 'locked']) await server.inject({ url: `/things/${thing}`, headers })
  await server.inject('/things/book')
  await server.inject({ url: '/things/book?limit=many', headers })
  assert.equal(undocumented.length, 0)
  for (const thing of ['expired', 'none', 'number', 'more']) await server.inject({ url: `/things/${thing}`, headers })
  assert.deepEqual(
    undocumented.map((text) => text.slice('GET /things/:thing answered '.length).split(': ')[0]),
    [
      '410 undocumented',
      '204 with the header x-odd',
      '200 with a body of another shape',
      '200 with a body of another shape',
    ],
  )
})

test('a gate refuses before the body is read', async (t) => {
  const { server } = await world(t)
  const { security, onRequest } = createGate([{ key: ['write'] }], () => {
    throw problem('missing-credentials')
  })
  server.post('/things', { schema: { security, body: Type.Object({}) }, onRequest }, async () => ({}))
  const answer = await server.inject({
    method: 'POST',
    url: '/things',
    payload: '{',
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(answer.statusCode, 401)
})
