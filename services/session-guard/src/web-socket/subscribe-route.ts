import { keyGate } from '@watchword/access'
import { type HttpServer, problem } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'

const schema = {
  summary:
    'What happens, as it happens: a WebSocket with the subprotocol `watchword.v1`. Pages send a ticket, as another subprotocol.',
  documentation: {
    answers: {
      101: { description: 'The connection is a WebSocket; frames and close codes are in the WebSocket reference.' },
    },
    problems: ['upgrade-required'],
  },
} as const

/** `GET /v1/subscribe` without an upgrade; those with one never come to the routes. */
export function registerSubscribeRoute(app: HttpServer, { access }: Pick<GuardParts, 'access'>): void {
  const { security, onRequest } = keyGate(access, 'subscribe')
  app.get('/v1/subscribe', { schema: { ...schema, security }, onRequest }, async () => {
    throw problem('upgrade-required')
  })
}
