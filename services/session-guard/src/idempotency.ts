import { shortHash } from '@watchword/contracts'
import { ProblemError, problem } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'

/** One HTTP answer, to be given again. */
export type Reply = Readonly<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>

/** Who asked for what: two requests with the same scope and key are one request. */
export type IdempotencyScope = Readonly<{ tenant: string; caller: string; route: string }>

/** Remembers answers by Idempotency-Key, so that a repeated request gets the first answer. */
export interface Idempotency {
  /** Throws `idempotency-key-reused` when the key came with another body, `malformed` when it is no key. */
  answer(scope: IdempotencyScope, request: FastifyRequest, work: (commandId: string) => Promise<Reply>): Promise<Reply>
}

const keyForm = /^[\x21-\x7e]{1,255}$/

export function createIdempotency(
  config: Readonly<{ rememberedAnswersMax: number }>,
  deps: Readonly<{ newId: () => string }>,
): Idempotency {
  const remembered = new Map<string, Readonly<{ fingerprint: string; reply: Promise<Reply> }>>()

  async function first(commandId: string, fingerprint: string, work: (id: string) => Promise<Reply>): Promise<Reply> {
    const reply = work(commandId)
    remembered.set(commandId, { fingerprint, reply })
    const [oldest] = remembered.keys()
    if (remembered.size > config.rememberedAnswersMax && oldest !== undefined) remembered.delete(oldest)
    try {
      return await reply
    } catch (error) {
      // A refusal is an answer; a fault of ours is none: whoever asks again is answered by the fold, which knows the command by its id.
      if (!(error instanceof ProblemError) || error.status >= 500) remembered.delete(commandId)
      throw error
    }
  }

  return {
    async answer(scope, request, work) {
      const key = request.headers['idempotency-key']
      if (key === undefined) return work(deps.newId())
      if (typeof key !== 'string' || !keyForm.test(key))
        throw problem('malformed', {
          errors: [{ pointer: '/headers/idempotency-key', detail: 'must be 1 to 255 visible characters' }],
        })
      const commandId = `i-${shortHash(scope.tenant, scope.caller, scope.route, key)}`
      const fingerprint = shortHash(request.url, JSON.stringify(request.body ?? null))
      const known = remembered.get(commandId)
      if (known === undefined) return first(commandId, fingerprint, work)
      if (known.fingerprint !== fingerprint) throw problem('idempotency-key-reused')
      return known.reply
    },
  }
}
