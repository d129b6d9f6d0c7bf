import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Asset, asset, assetSources, pageHtml, readAsset } from './page-assets.ts'

/** The page and its files, one route each: no path leads anywhere else. */
export const registerAssets = (server: FastifyInstance): void => {
  const page = asset(pageHtml, 'text/html')
  server.get('/', async (request, reply) => send(request, reply, page))
  for (const [path, source] of assetSources) {
    let read: Promise<Asset> | undefined
    server.get(path, async (request, reply) => send(request, reply, await (read ??= readAsset(source))))
  }
}

const send = (request: FastifyRequest, reply: FastifyReply, { body, type, etag }: Asset): FastifyReply => {
  reply.headers({ etag, 'cache-control': 'no-cache' })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type(type).send(body)
}
