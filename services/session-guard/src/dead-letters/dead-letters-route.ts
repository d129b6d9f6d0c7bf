import { keyGate } from '@watchword/access'
import { topicOf } from '@watchword/contracts'
import { type HttpServer, pageOf, pageSchema, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import type { GuardParts } from '../guard-parts.ts'
import { deadLetterJson, deadLetterSchema, isWhole, wholeLetterJson, wholeLetterSchema } from './dead-letter-json.ts'
import { type DeadLetter, letterTopics } from './dead-letters.ts'

type Parts = Pick<GuardParts, 'access' | 'deadLetters' | 'logger'>

const params = Type.Object({ letter: Type.String({ minLength: 1, maxLength: 64 }) })
const query = Type.Object(
  { ...pageSchema.properties, topic: Type.Optional(Type.Enum(letterTopics.map(topicOf))) },
  { additionalProperties: false },
)

/** What operators see and do of records that a stage could not read or fold; scope `operate`, of the key's own tenant. */
export function registerDeadLetterRoutes(app: HttpServer, parts: Parts): void {
  const { access, deadLetters, logger } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'operate')

  async function found(tenant: string, id: string): Promise<DeadLetter> {
    const letter = await deadLetters.find(tenant, id)
    if (letter === undefined) throw problem('not-found', { detail: 'There is no such dead letter.' })
    return letter
  }

  const listSchema = {
    summary: 'Records that a stage could not read or fold, with what made them so, in the order of their ids, paged.',
    security,
    querystring: query,
    documentation: {
      answers: {
        200: {
          description: 'A page of the list.',
          body: Type.Object({ items: Type.Array(deadLetterSchema), next: Type.Optional(Type.String()) }),
        },
      },
      problems: ['log-unavailable'],
    },
  } as const
  app.get('/v1/dead-letters', { schema: listSchema, onRequest }, async (request) => {
    const { topic, ...page } = request.query
    const letters = await deadLetters.list(whoOf(request).tenant, topic)
    return pageOf(letters.map(deadLetterJson), page)
  })

  const showSchema = {
    summary: 'One dead letter with its bytes.',
    security,
    params,
    documentation: {
      answers: { 200: { description: 'The letter.', body: wholeLetterSchema } },
      problems: ['not-found', 'log-unavailable'],
    },
  } as const
  app.get('/v1/dead-letters/:letter', { schema: showSchema, onRequest }, async (request) =>
    wholeLetterJson(await found(whoOf(request).tenant, request.params.letter)),
  )

  const replaySchema = {
    summary: 'Puts the record of a dead letter back on its topic, once.',
    security,
    params,
    documentation: {
      answers: {
        200: {
          description: 'It is there; `replayed` is false where an earlier call had put it back.',
          body: Type.Object({ id: Type.String(), replayed: Type.Boolean() }),
        },
      },
      problems: ['not-found', 'conflict', 'log-unavailable', 'overloaded'],
    },
  } as const
  app.post('/v1/dead-letters/:letter/replay', { schema: replaySchema, onRequest }, async (request) => {
    const { tenant, keyId } = whoOf(request)
    const letter = await found(tenant, request.params.letter)
    if (!isWhole(letter)) throw problem('conflict', { detail: 'The letter does not hold the bytes of the record.' })
    const { id } = letter
    const replayed = await deadLetters.replay(tenant, letter, keyId)
    logger.info({ keyId, letter: id, replayed }, 'dead letter replayed')
    return { id, replayed }
  })
}
