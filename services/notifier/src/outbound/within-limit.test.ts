import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { createAddressGuard } from './address-guard.ts'
import { post } from './post.ts'
import { withinLimit } from './within-limit.ts'

const never = (): Promise<never> => new Promise(() => undefined)

describe('an attempt', () => {
  it('ends at its limit, and when it is given up, whatever its work does about it', async (t) => {
    // Without anything to wait for the process would end before the limit.
    const server = createServer().listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const givenUp = new AbortController()
    await assert.rejects(withinLimit(givenUp.signal, never, 1), { code: 'timed-out' })
    const attempt = withinLimit(givenUp.signal, never)
    givenUp.abort()
    await assert.rejects(attempt, { code: 'interrupted' })
    await assert.rejects(
      withinLimit(givenUp.signal, async () => 'not even begun'),
      { code: 'interrupted' },
    )
  })

  it('does not wait for a resolver that does not answer', async () => {
    const asked = Promise.withResolvers<void>()
    const guard = createAddressGuard([], async () => {
      asked.resolve()
      return never()
    })
    const givenUp = new AbortController()
    const request = { url: new URL('https://bank.example/'), headers: {}, body: '', signal: givenUp.signal }
    const answer = post(request, guard)
    await asked.promise
    givenUp.abort()
    await assert.rejects(answer, { code: 'interrupted' })
  })
})
