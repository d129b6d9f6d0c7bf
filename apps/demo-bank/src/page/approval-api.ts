import type { BankApi } from './bank-api.ts'

/** What waits for approval, as the platform has hashed it: not what the bank says it is. */
export type Approval = {
  readonly id: string
  readonly status: string
  readonly user: string
  readonly action: { readonly type: string; readonly parameters?: Readonly<Record<string, string>> }
  readonly parametersHash: string
  readonly expiresAt: string
}

/** The supervisor's side of the platform, each call with a ticket of the bank. */
export type ApprovalApi = {
  readonly read: (id: string) => Promise<Approval>
  readonly approve: (id: string, answer: { readonly code: string; readonly number: string }) => Promise<void>
  readonly deny: (id: string, reason: string) => Promise<void>
}

export const createApprovalApi = (api: BankApi, publicUrl: string): ApprovalApi => {
  const call = async (path: string, credential: Record<string, string>, body?: object) => {
    const answer = await fetch(new URL(path, publicUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...credential },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const read: unknown = await answer.json()
    const { code = '' } = read as { readonly code?: string }
    if (!answer.ok) throw new Error(refusals[code] ?? 'That did not work. Please try again.')
    return { read, capability: { 'x-watchword-capability': answer.headers.get('x-watchword-capability') ?? '' } }
  }
  const withTicket = async () => ({ authorization: `Ticket ${await api.ticket('challenge')}` })
  const pathOf = (id: string): string => `/v1/authorizations/${encodeURIComponent(id)}`

  return {
    read: async (id) => (await call(pathOf(id), await withTicket())).read as Approval,
    approve: async (id, answer) => {
      const path = `${pathOf(id)}/approvals`
      const { read, capability } = await call(path, await withTicket(), { factor: 'totp' })
      const { challenge } = read as { readonly challenge: string }
      await call(path, capability, { challenge, ...answer })
    },
    deny: async (id, reason) =>
      void (await call(`${pathOf(id)}/approvals`, await withTicket(), { answer: 'deny', reason })),
  }
}

const refusals: Readonly<Record<string, string>> = {
  'verification-failed': 'Number or code is not right. Ask for the number, and wait for the next code.',
  'no-factor': 'Set up your authenticator app first.',
  'self-approval': 'Nobody approves what they want to do themselves.',
  'approval-denied': 'Somebody has refused it.',
  'already-consumed': 'It was done already.',
  'too-many-requests': 'Too many wrong answers. Please wait.',
  expired: 'It is too late for this one.',
  locked: 'Your session is locked.',
}
