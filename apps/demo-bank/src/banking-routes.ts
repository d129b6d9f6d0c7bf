import { requireVerified } from '@watchword/node/fastify'
import type { Activity } from '@watchword/node'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { approvalFromCents, createApprovedTransfers } from './approved-transfers.ts'
import { BankError } from './bank-error.ts'
import { type BankParts, requireSession, sessionOf, subjectOf, textOf, untilHeld } from './bank-parts.ts'
import { customersCsv, customersExported } from './customers.ts'
import { report } from './session-routes.ts'
import { subjectFacts, vantageOf } from './vantage.ts'

/** What only the person may do: every request is guarded first and reported after. */
export const registerBankingRoutes = (server: FastifyInstance, parts: BankParts): void => {
  const { ledger, watchword } = parts
  const transfers = createApprovedTransfers(parts)

  void server.register(async (guarded) => {
    guarded.addHook('onRequest', async (request) => void requireSession(parts, request))
    let hook: ReturnType<typeof requireVerified<FastifyRequest>> | undefined
    guarded.addHook('onRequest', async (request, reply) => {
      hook ??= requireVerified<FastifyRequest>({
        client: { createGuard: () => parts.guard() },
        identify: (asked) => {
          const session = sessionOf(parts, asked)
          return session === undefined ? null : subjectOf(session)
        },
      })
      return hook(request, reply)
    })

    guarded.get('/bank/api/overview', async (request) => {
      const session = requireSession(parts, request)
      reportAccess(parts, request, { type: 'read', resource: '/accounts' })
      return ledger.overview(session.person.user)
    })

    guarded.post('/bank/api/transfers', async (request, reply) => {
      const session = requireSession(parts, request)
      const to = textOf(request.body, 'to', 120).trim()
      const cents = Math.round(Number(textOf(request.body, 'amount', 16).replace(',', '.')) * 100)
      if (to === '') throw new BankError('invalid-request', 'Who is to get the money?')
      const order = { to, cents, text: textOf(request.body, 'text', 120).trim() }
      ledger.check(session.person.user, cents)
      if (cents >= approvalFromCents) return reply.code(202).send({ waiting: await transfers.request(session, order) })
      const booking = ledger.transfer(session.person.user, order)
      reportAccess(parts, request, { type: 'transfer', resource: '/transfers', sensitivity: 'high' })
      return { booking }
    })

    guarded.post<{ Params: { id: string } }>('/bank/api/transfers/:id', async (request) => {
      const session = requireSession(parts, request)
      const order = await transfers.use(session, request.params.id)
      if (typeof order === 'string') return { status: order }
      const booking = ledger.transfer(session.person.user, order)
      reportAccess(parts, request, { type: 'transfer', resource: '/transfers', sensitivity: 'high' })
      return { status: 'done', booking }
    })

    guarded.post('/bank/api/customers/export', async (request, reply) => {
      const session = requireSession(parts, request)
      const facts = subjectFacts(session, vantageOf(request, session.person.home))
      const action = { type: 'export', resource: '/customers', sensitivity: 'high', count: customersExported }
      // Judged before it is let through: an export cannot be taken back.
      const assessment = await watchword().judge({ ...facts, type: 'access', outcome: 'attempted', action })
      if (assessment?.decision === 'deny') throw new BankError('sign-in-refused', 'This export is not allowed.')
      if (assessment?.decision === 'step-up') {
        await untilHeld(parts, subjectOf(session))
        return hook?.(request, reply)
      }
      reportAccess(parts, request, action)
      reply.header('content-disposition', 'attachment; filename="customers.csv"')
      return reply.type('text/csv; charset=utf-8').send(customersCsv())
    })
  })
}

const reportAccess = (parts: BankParts, request: FastifyRequest, action: NonNullable<Activity['action']>): void => {
  const session = requireSession(parts, request)
  const facts = subjectFacts(session, vantageOf(request, session.person.home))
  report(parts, { ...facts, type: 'access', outcome: 'succeeded', action })
}
