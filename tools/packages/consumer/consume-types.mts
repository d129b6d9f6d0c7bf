import { createServer, type IncomingMessage } from 'node:http'
import { createWatchword, type Lock, type Requester, type UserStatus, WatchwordError } from '@watchword/node'
import { requireVerified as forExpress } from '@watchword/node/express'
import { requireVerified as forFastify } from '@watchword/node/fastify'
import { requireVerified as forHono } from '@watchword/node/hono'
import { requireAuthorization, requireVerified as forHttp } from '@watchword/node/http'
import { requireVerified as forKoa } from '@watchword/node/koa'

const client = createWatchword({
  url: 'http://127.0.0.1:8080',
  key: 'ww_x_y',
  failureModes: [{ path: '/**', mode: 'last-known', ttl: 'PT5S' }],
})
const identify = (): Requester | null => ({ user: 'alice', session: 's-1' })
const status: UserStatus = await client.check({ user: 'alice' })
const lock: Lock | undefined = status.lock
const onError = (error: unknown): void => {
  if (error instanceof WatchwordError) console.log(error.code, error.retryable, lock?.id)
}
const middlewares = [
  forExpress({ client, identify }),
  forFastify({ client, identify, maxAge: 'PT5M' }),
  forHono({ client, identify, acr: 'urn:watchword:acr:mfa' }),
  forKoa({ client, identify, action: { type: 'export' } }),
]
const guarded = forHttp({ client, identify, onError })
const approved = requireAuthorization({
  client,
  identify,
  onError,
  approver: 'supervisor',
  action: (request: IncomingMessage) => ({ type: 'transfer', resource: request.url ?? '', parameters: { amount: 1 } }),
})
createServer(guarded(approved((_request, response) => response.end(String(middlewares.length)))))
// @ts-expect-error: an activity is of a user
void client.capture({ type: 'login' })
