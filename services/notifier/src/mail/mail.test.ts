import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { reportKeyBytes, verifyReportTicket } from '@watchword/access'
import { ConfigError } from '@watchword/service-kit'
import { Webhook } from 'standardwebhooks'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { startMailServer } from '../testing/mail-server.ts'
import { createNotifierWorld, type NotifierWorld, secret } from '../testing/notifier-world.ts'
import { type Receiver, startReceiver } from '../testing/receiver.ts'
import { sampleRaised } from '../testing/sample-raised.ts'
import { createMailChannel } from './mail-channel.ts'
import { mailMessage } from './mail-message.ts'
import type { MailConfig } from './mail-config.ts'

type MailWorld = Readonly<{
  world: NotifierWorld
  directory: Receiver
  server: Awaited<ReturnType<typeof startMailServer>>
}>

async function createMailWorld(t: TestContext, over: Partial<MailConfig> = {}): Promise<MailWorld> {
  const directory = await startReceiver()
  t.after(() => directory.close())
  knows(directory, { email: 'alice@example.com' })
  const server = await startMailServer()
  t.after(() => server.close())
  const mail = mailTo(server.port, directory.url, over)
  return {
    world: await createNotifierWorld(t, { mail: [mail], reportKey: reportKey.toString('base64url') }),
    directory,
    server,
  }
}

function mailTo(port: number, directory: string, over: Partial<MailConfig>): MailConfig {
  return {
    id: 'mail',
    tenant: 'demo',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'Bank <security@bank.example>',
    service: 'Bank & Sons',
    directory: { url: directory, secrets: [secret] },
    link: 'https://bank.example/security?n={id}',
    ...over,
  }
}

const reportKey = Buffer.alloc(reportKeyBytes, 7)

function knows(directory: Receiver, answer: unknown): void {
  directory.answer(200, {}, JSON.stringify(answer))
}

/** A mail with its transfer encodings undone. */
function readable(source: string): string {
  const bytes = source
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

describe('a mail', () => {
  it('tells the person at the address that the directory knows, in text and HTML, without anything of the case', async (t) => {
    const { world, directory, server } = await createMailWorld(t)
    await world.judge({})
    await server.hasReceived(1)
    await world.hasAttempted(1)
    const [asked] = directory.received
    const question = new Webhook(secret).verify(asked?.body ?? '', asked?.headers as Record<string, string>)
    assert.deepEqual(question, { tenant: 'demo', user: 'alice' })
    const [mail] = server.mails
    assert.deepEqual([mail?.from, mail?.to], ['security@bank.example', ['alice@example.com']])
    const text = readable(mail?.source ?? '')
    assert.match(text, /^From: Bank <security@bank\.example>\r$/m)
    assert.match(text, /^To: alice@example\.com\r$/m)
    assert.match(text, /^Subject: Bank & Sons: unusual activity on your account\r$/m)
    assert.match(text, /^Auto-Submitted: auto-generated\r$/m)
    assert.match(text, /multipart\/alternative/)
    assert.match(text, /Was this you\?/)
    assert.match(text, /<p>Bank &amp; Sons<\/p>/)
    assert.match(text, /https:\/\/bank\.example\/security\?n=n-a-\d+-0/)
    for (const kept of ['d-7f', 's-91', 'ip.unknown', '203.0.113.7', 'Mozilla']) assert.ok(!text.includes(kept), kept)
    assert.deepEqual(
      (await world.attempts()).map(({ outcome, detail }) => [outcome, detail]),
      [['delivered', 'accepted']],
    )
  })

  it('is one for 10 000 identical signals', async (t) => {
    const { world, server } = await createMailWorld(t)
    await world.judge(...Array.from({ length: 10_000 }, () => ({})))
    await world.judge({ decision: 'deny' })
    await server.hasReceived(2)
    await world.hasAttempted(2)
    assert.equal(server.mails.filter(({ source }) => source.includes('unusual')).length, 1)
    assert.equal(server.mails.length, 2)
  })

  it('is written in the language of the person', async (t) => {
    const { world, directory, server } = await createMailWorld(t)
    knows(directory, { email: 'alice@example.com', locale: 'de-AT' })
    await world.judge({ decision: 'deny' })
    await server.hasReceived(1)
    assert.match(readable(server.mails[0]?.source ?? ''), /wir haben einen Versuch abgelehnt, Ihr Konto zu benutzen/)
  })

  it('keeps the address in no record and no log line', async (t) => {
    const { world, server } = await createMailWorld(t)
    await world.judge({})
    await server.hasReceived(1)
    await world.hasAttempted(1)
    assert.ok(!world.logText().includes('alice@example.com'))
    for (const [topic, { partitions }] of world.log.topics)
      for (let partition = 0; partition < partitions; partition += 1)
        for (const { value } of await world.log.read(topic, partition, 0, 100))
          assert.ok(!Buffer.from(value ?? []).includes('alice@example.com'), topic)
  })

  it('is not sent to what is no single address: nothing can be put into its head', async (t) => {
    const { world, directory, server } = await createMailWorld(t)
    const hostile = [
      'alice@example.com\r\nBcc: eve@example.com',
      'alice@example.com\nX: y',
      'alice@example.com, eve@example.com',
      'Alice <alice@example.com>',
      'alice@example.com\0',
      '"alice"@example.com',
      'a\u2028lice@example.com',
      '',
      7,
    ]
    for (const [index, email] of hostile.entries()) {
      knows(directory, { email })
      await world.judge({ user: `user-${index}` })
      await world.hasAttempted(index + 1)
    }
    assert.deepEqual(
      new Set((await world.attempts()).map(({ outcome, detail }) => `${outcome} ${detail}`)),
      new Set(['failed directory-failed']),
    )
    assert.equal(server.mails.length, 0)
  })

  it('goes to nobody whom the directory does not know', async (t) => {
    const { world, directory, server } = await createMailWorld(t)
    directory.answer(404)
    await world.judge({})
    await world.hasAttempted(1)
    assert.deepEqual(
      (await world.attempts()).map(({ outcome, detail }) => [outcome, detail]),
      [['gave-up', 'no-mailbox']],
    )
    assert.match(await world.metrics(), /watchword_endpoint_failing\{[^}]*endpoint="mail"[^}]*\} 0/)
    await world.notifier.stop()
    assert.doesNotMatch(await world.metrics(), /watchword_endpoint_failing\{/, 'others are told by others now')
    assert.equal(server.mails.length, 0)
  })

  it('asks whether it was the person, with a ticket behind # that is the same in each copy and names what is asked about', async (t) => {
    const { world, server } = await createMailWorld(t, { link: 'https://bank.example/was-this-you#{ticket}' })
    server.refuse(451)
    await world.judge({ id: 'a-3-1201-0' })
    await world.hasAttempted(1)
    server.refuse(0)
    world.clock.advance(5_001)
    await server.hasReceived(1)
    const text = readable(server.mails[0]?.source ?? '')
    assert.match(text, /Please say yes or no here/)
    const tickets = [...text.matchAll(/was-this-you#([\w.-]+)/g)].map(([, ticket = '']) => ticket)
    assert.equal(new Set(tickets).size, 1, 'in text and HTML')
    const [raised] = await world.raised()
    const verified = verifyReportTicket([reportKey], tickets[0] ?? '', world.clock.now())
    assert.ok(verified.ok)
    const { exp, ...claims } = verified.claims
    assert.deepEqual(claims, { tenant: 'demo', app: 'bank', user: 'alice', assessment: 'a-3-1201-0', jti: raised?.id })
    assert.ok(exp * 1_000 > world.clock.now() + 6 * 86_400_000)
  })

  it('has a link without a ticket where there is no assessment to answer for', () => {
    const raised = { ...sampleRaised, data: { ...sampleRaised.data, kind: 'factor-added' } } as const
    const link = 'https://bank.example/security#{ticket}'
    const { text } = mailMessage(raised, 'en', { service: 'Bank', link }, reportKey)
    assert.match(text, /^https:\/\/bank\.example\/security#$/m)
    assert.match(text, /Then there is nothing to do\. If not, secure your account here:/)
  })

  it('puts no ticket where servers would log it, and none that nobody signs', async (t) => {
    for (const [link, given, detail] of [
      ['https://bank.example/?t={ticket}', reportKey.toString('base64url'), /before #/],
      ['https://bank.example/#{ticket}', undefined, /no notifier\.reportKey/],
    ] as const)
      await assert.rejects(
        createNotifierWorld(t, {
          mail: [mailTo(25, 'https://bank.example/', { link })],
          ...(given === undefined ? {} : { reportKey: given }),
        }),
        (error: Error) => error instanceof ConfigError && detail.test(error.faults[0]?.detail ?? ''),
      )
  })

  it('does not hold up a stop where the server talks without end, and leaves no connection behind', async (t) => {
    const directory = await startReceiver()
    t.after(() => directory.close())
    knows(directory, { email: 'alice@example.com' })
    const connected = Promise.withResolvers<Socket>()
    const endless = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('220 endless ESMTP\r\n')
      const talk = setInterval(() => socket.write('250-AND\r\n'), 10)
      socket.on('close', () => clearInterval(talk))
      socket.once('data', () => connected.resolve(socket))
    })
    t.after(() => endless.close())
    await once(endless.listen(0, '127.0.0.1'), 'listening')
    const { port } = endless.address() as AddressInfo
    const channel = createMailChannel(mailTo(port, directory.url, {}), {
      guard: createAddressGuard(['127.0.0.0/8']),
      now: Date.now,
    })
    const givenUp = new AbortController()
    const result = channel.deliver(sampleRaised, givenUp.signal)
    const socket = await connected.promise
    givenUp.abort()
    assert.deepEqual(await result, { outcome: 'failed', detail: 'interrupted', retryAfterMs: 0 })
    if (!socket.closed) await once(socket, 'close')
  })

  it('is tried again under the same Message-ID after a passing no of the server, and not after a lasting one', async (t) => {
    const { world, server } = await createMailWorld(t)
    server.refuse(451)
    await world.judge({})
    await world.hasAttempted(1)
    assert.equal((await world.attempts())[0]?.detail, 'smtp-451')
    server.refuse(0)
    world.clock.advance(5_001)
    await server.hasReceived(1)
    assert.match(server.mails[0]?.source ?? '', /^Message-ID: <n-a-\d+-0\.[\w-]{22}@bank\.example>\r$/m)
    await world.hasAttempted(2)
    server.refuse(550)
    await world.judge({ user: 'bob' })
    await world.hasAttempted(3)
    const last = (await world.attempts()).find(({ detail }) => detail === 'smtp-550')
    assert.deepEqual([last?.outcome, last?.nextAt], ['gave-up', null])
  })
})
