import Fastify from 'fastify'
import { runAsChild } from '../drive/child.ts'

/** A Fastify server that admits everybody. */
await runAsChild(async () => {
  const server = Fastify()
  server.get('/v1/check', async (_request, reply) => reply.code(204).send())
  return { url: await server.listen({ host: '127.0.0.1', port: 0 }) }
})
