import { type Received, type ReceivedMail, startMailServer, startReceiver } from '@watchword/notifier/testing'
import type { NotificationRecord } from '@watchword/contracts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { checkTold, raisedIn, type Told } from './check-told.ts'

/** Whom the notifier of a campaign tells: an endpoint, and everybody by mail. */
export interface Listeners {
  /** What makes a notifier tell them. */
  readonly env: Readonly<Record<string, string>>
  /** Holds what they were told against the notifications of the log; answers what there is to count. */
  check(
    records: readonly (NotificationRecord | null)[],
    withinMs: number,
    verdicts: Verdicts,
  ): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

const tenant = 'demo'
const secrets = [`whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`]

export async function startListeners(): Promise<Listeners> {
  const endpoint = await startReceiver()
  const directory = await startReceiver()
  directory.answer(200, { 'content-type': 'application/json' }, JSON.stringify({ email: 'somebody@bank.example' }))
  const mailServer = await startMailServer()
  const mail = {
    id: 'mail',
    tenant,
    host: '127.0.0.1',
    port: mailServer.port,
    tls: 'none',
    from: 'Bank <security@bank.example>',
    service: 'Bank',
    directory: { url: directory.url, secrets },
  }
  return {
    env: {
      WATCHWORD_NOTIFIER_WEBHOOKS: JSON.stringify([{ id: 'campaign', tenant, url: endpoint.url, secrets }]),
      WATCHWORD_NOTIFIER_MAIL: JSON.stringify([mail]),
      WATCHWORD_NOTIFIER_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
    async check(records, withinMs, verdicts) {
      const raised = raisedIn(records, tenant)
      verdicts.expect('there is something to tell', raised.size > 0, () => 'the log has no notification')
      const webhooks = (): readonly Told[] => endpoint.received.map(toldByWebhook)
      const mails = (): readonly Told[] => mailServer.mails.map(toldByMail)
      const webhooksAgain = await checkTold({ by: 'webhook', withinMs }, raised, webhooks, verdicts)
      const mailsAgain = await checkTold({ by: 'mail', withinMs }, raisedIn(records, tenant, 'user'), mails, verdicts)
      return new Map([
        ['webhooks', endpoint.received.length],
        ['webhooks that came again', webhooksAgain],
        ['mails', mailServer.mails.length],
        ['mails that came again', mailsAgain],
      ])
    },
    async close() {
      await Promise.all([endpoint.close(), directory.close(), mailServer.close()])
    },
  }
}

function toldByWebhook({ headers, body }: Received): Told {
  return { id: String(headers['webhook-id']), content: body }
}

/** The id of a notification is what the Message-ID begins with; dates and boundaries are of the sending. */
function toldByMail({ to, source }: ReceivedMail): Told {
  const [, id = ''] = /^Message-ID: <(n-[\w-]+)\./m.exec(source) ?? []
  const [subject = ''] = /^Subject: .*$/m.exec(source) ?? []
  return { id, content: `${to.join(' ')}\n${subject}` }
}
