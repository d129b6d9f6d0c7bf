import type { FastifyInstance } from 'fastify'
import { importMapHash } from './page-assets.ts'
import { BankError } from './bank-error.ts'

/** Headers for every answer, and a check that what changes something comes from the bank's own page. */
export const protectRoutes = (scope: FastifyInstance, config: { readonly publicUrl: string }): void => {
  const policy = contentSecurityPolicy(config.publicUrl)
  scope.addHook('onRoute', (route) => {
    // The bank is no part of the platform's own API description.
    route.schema = { ...route.schema, hide: true }
  })
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'cache-control': 'no-store',
    })
    if (request.method === 'GET' || request.method === 'HEAD') return
    const { origin } = request.headers
    if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== request.headers.host) {
      throw new BankError('foreign-request', 'This request does not come from our page.')
    }
  })
}

const contentSecurityPolicy = (publicUrl: string): string => {
  const { origin, host, protocol } = new URL(publicUrl)
  const socket = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}`
  return [
    "default-src 'none'",
    `script-src 'self' '${importMapHash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${origin} ${socket}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
