import { createHmac } from 'node:crypto'
import { shortHash } from '@watchword/contracts'
import { ProblemError, problem } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Reply } from '../http/reply.ts'

/** Who asked for what; `caller` is the key, ticket or capability itself: two requests with the same scope and key are one request. */
export type IdempotencyScope = Readonly<{ tenant: string; caller: string; route: string }>

export type Work = Readonly<{
  /** Does what is asked; the fold obeys the command with this id once. */
  perform: (commandId: string) => Promise<Reply>
  /** The answer that the command got before, if it got one; asked for when `perform` refuses a request that carries a key. */
  recall?: (commandId: string) => Promise<Reply | undefined>
}>

/** Gives a repeated request with the same Idempotency-Key the first answer, refusals too. */
export interface Idempotency {
  /** Throws `idempotency-key-reused` when the key is remembered with another body, `malformed` when it is no key. */
  answer(scope: IdempotencyScope, request: FastifyRequest, work: Work): Promise<Reply>
  /** The same for what can be asked once only: the scope alone, all that is asked in it, tells the request, with or without a key. */
  once(scope: IdempotencyScope, work: Work): Promise<Reply>
}

const keyForm = /^[\x21-\x7e]{1,255}$/
const keyedPrefix = 'i-'

/** Whether a request with this command may have been made before. */
export function isRepeatable(commandId: string): boolean {
  return commandId.startsWith(keyedPrefix)
}

/**
 * Remembers answers in memory. What it has forgotten, or another process has answered, is recalled from the log: the id of the command
 * is made of all that the request is (who, what, key and body), so nobody has an answer of a request that they could not make.
 */
export function createIdempotency(
  config: Readonly<{ rememberedAnswersMax: number }>,
  deps: Readonly<{ newId: () => string; hashKey: Uint8Array }>,
): Idempotency {
  const remembered = new Map<string, Readonly<{ commandId: string; reply: Promise<Reply> }>>()

  async function first(name: string, commandId: string, work: Work): Promise<Reply> {
    const reply = performOrRecall(commandId, work)
    remembered.set(name, { commandId, reply })
    const [oldest] = remembered.keys()
    if (remembered.size > config.rememberedAnswersMax && oldest !== undefined) remembered.delete(oldest)
    try {
      return await reply
    } catch (error) {
      // A refusal is an answer; a fault of ours is none: whoever asks again is answered by the fold, which knows the command by its id.
      if (!isRefusal(error)) remembered.delete(name)
      throw error
    }
  }

  // Keyed: a body may hold a code, which whoever reads the log must not be able to try out.
  function commandIdOf(name: string, fingerprint: string): string {
    const hmac = createHmac('sha256', deps.hashKey).update(`watchword-request-v1\n${name}\n${fingerprint}`)
    return `${keyedPrefix}${hmac.digest('base64url').slice(0, 22)}`
  }

  return {
    async once({ tenant, caller, route }, work) {
      const name = shortHash(tenant, caller, route)
      return remembered.get(name)?.reply ?? first(name, commandIdOf(name, ''), work)
    },

    async answer({ tenant, caller, route }, request, work) {
      const key = request.headers['idempotency-key']
      if (key === undefined) return work.perform(deps.newId())
      if (typeof key !== 'string' || !keyForm.test(key))
        throw problem('malformed', {
          errors: [{ pointer: '/headers/idempotency-key', detail: 'must be 1 to 255 visible characters' }],
        })
      const name = shortHash(tenant, caller, route, key)
      const commandId = commandIdOf(name, shortHash(request.url, JSON.stringify(request.body ?? null)))
      const known = remembered.get(name)
      if (known === undefined) return first(name, commandId, work)
      if (known.commandId !== commandId) throw problem('idempotency-key-reused')
      return known.reply
    },
  }
}

async function performOrRecall(commandId: string, { perform, recall }: Work): Promise<Reply> {
  try {
    return await perform(commandId)
  } catch (error) {
    // A wrong answer has just been judged. Any other refusal may come of what the first request did: it used the ticket, or the challenge.
    if (!isRefusal(error) || error.code === 'verification-failed') throw error
    const recalled = await recall?.(commandId)
    if (recalled === undefined) throw error
    return recalled
  }
}

function isRefusal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.status < 500
}
