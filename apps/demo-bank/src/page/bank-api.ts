/** A refusal of the bank or of the guard before it. */
export class BankRefusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'BankRefusal'
    this.code = code
  }
}

/** Who is signed in. */
export type SignedIn = {
  readonly user: string
  readonly name: string
  readonly role: 'customer' | 'supervisor'
  readonly place: string
  readonly session: string
}

/** The bank's API for this page, over a fetch that waits while a lock is asked about; each call names the browser's fingerprint. */
export type BankApi = {
  readonly get: <Answer>(path: string) => Promise<Answer>
  readonly post: <Answer>(path: string, body: object) => Promise<Answer>
  /** Posts and gives the answer's text, for downloads. */
  readonly download: (path: string) => Promise<string>
  readonly ticket: (purpose: 'subscribe' | 'challenge' | 'enrol') => Promise<string>
}

export const createBankApi = (fingerprint: string | undefined, fetchOf: typeof fetch): BankApi => {
  const send = async (path: string, body?: object): Promise<Response> => {
    const answer = await fetchOf(`/bank/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(fingerprint === undefined ? {} : { 'x-bank-fingerprint': fingerprint }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.ok) return answer
    const problem = (await answer.json()) as { code?: string; detail?: string; title?: string }
    throw new BankRefusal(problem.code ?? 'unknown', problem.detail ?? problem.title ?? 'That did not work.')
  }
  const read = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await (await answer).json()) as Answer
  return {
    get: (path) => read(send(path)),
    post: (path, body) => read(send(path, body)),
    download: async (path) => (await send(path, {})).text(),
    ticket: async (purpose) => (await read<{ ticket: string }>(send('tickets', { purpose }))).ticket,
  }
}
