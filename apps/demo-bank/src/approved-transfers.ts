import { BankError } from './bank-error.ts'
import type { BankParts } from './bank-parts.ts'
import type { BankSession } from './bank-sessions.ts'
import { people } from './people.ts'

/** A transfer as the customer ordered it. */
export type Order = { readonly to: string; readonly cents: number; readonly text: string }

/** What the customer needs to get approval: the number is for their eyes, the supervisor types it. */
export type Waiting = { readonly id: string; readonly number: string; readonly expiresAt: string }

/** Transfers that a supervisor has to approve. */
export type ApprovedTransfers = {
  readonly request: (session: BankSession, order: Order) => Promise<Waiting>
  /** The order, once; or how far its approval has come. */
  readonly use: (session: BankSession, id: string) => Promise<Order | 'pending' | 'denied' | 'expired'>
}

/** From this amount on somebody else has to say yes, cents. */
export const approvalFromCents = 100_000

const waitingMax = 1_000

export const createApprovedTransfers = ({ config, deps }: BankParts): ApprovedTransfers => {
  const waiting = new Map<string, { readonly session: string; readonly order: Order }>()

  const call = async (path: string, body: object): Promise<{ ok: boolean; status: number; answer: Answer }> => {
    const answer = await deps.fetch(new URL(path, config.watchwordUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${config.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { ok: answer.ok, status: answer.status, answer: (await answer.json()) as Answer }
  }

  return {
    request: async (session, order) => {
      const { person, id, device } = session
      const approvers = people.flatMap(({ user, role }) =>
        role === 'supervisor' && user !== person.user ? [user] : [],
      )
      if (approvers.length === 0) throw new BankError('invalid-request', 'Nobody else can approve this transfer.')
      const action = { ...actionOf(session), parameters: parametersOf(order) }
      const asked = { user: person.user, session: id, device, action, approver: 'supervisor', approvers }
      const { ok, status, answer } = await call('/v1/authorizations', asked)
      if (status === 429)
        throw new BankError('try-again', 'Too many transfers wait for approval. Please try again later.')
      if (!ok) throw new BankError('try-again', 'We cannot ask a supervisor at the moment. Please try again.')
      const [oldest] = waiting.keys()
      if (waiting.size >= waitingMax && oldest !== undefined) waiting.delete(oldest)
      waiting.set(answer.id, { session: id, order })
      return { id: answer.id, number: answer.number, expiresAt: answer.expiresAt }
    },

    use: async (session, id) => {
      const known = waiting.get(id)
      if (known?.session !== session.id) throw new BankError('invalid-request', 'There is no such transfer.')
      const used = { parameters: parametersOf(known.order), session: session.id, action: actionOf(session) }
      const { ok, answer } = await call(`/v1/authorizations/${encodeURIComponent(id)}/consume`, used)
      if (!ok && answer.code === 'approval-pending') return 'pending'
      if (!ok && answer.code !== 'approval-denied' && answer.code !== 'expired')
        throw new BankError('try-again', 'This transfer cannot be done at the moment.')
      // Taken out before the money moves: the platform says yes once, and so does the bank.
      waiting.delete(id)
      return ok ? known.order : answer.code === 'expired' ? 'expired' : 'denied'
    },
  }
}

type Answer = { readonly id: string; readonly number: string; readonly expiresAt: string; readonly code?: string }

const actionOf = ({ person }: BankSession) => ({ type: 'transfer', resource: `/accounts/${person.user}` })

const parametersOf = ({ to, cents, text }: Order) => ({ to, amount: (cents / 100).toFixed(2), currency: 'EUR', text })
