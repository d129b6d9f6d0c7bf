import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ConfigError, loadConfig } from '@watchword/service-kit'
import { checkedConfig } from './checked-config.ts'
import { notifierProcessSchema } from './process-config.ts'
import { collectorCertificate } from './testing/collector.ts'
import { secret } from './testing/notifier-world.ts'

const named = { id: 'one', tenant: 'demo' }
const webhook = { ...named, url: 'https://bank.example/', secrets: [secret] }
const directory = { url: 'https://bank.example/', secrets: [secret] }
const mail = { ...named, host: 'smtp.example', from: 'security@bank.example', service: 'Bank', directory }
const siem = { ...named, host: 'collector.example' }
const reportKey = Buffer.alloc(32).toString('base64url')

/** The fields that a start refuses, first by the schema and then by all else. */
function refused(notifier: object): readonly string[] {
  try {
    checkedConfig(loadConfig(notifierProcessSchema, { env: {}, file: JSON.stringify({ notifier }) }).notifier)
    return []
  } catch (error) {
    return (error as ConfigError).faults.map(({ path }) => path.replace('notifier.', ''))
  }
}

describe('what would silently do nothing, or what it should not, is refused at the start by its field', () => {
  const faulty: readonly (readonly [string, object, string])[] = [
    ['a kind that there is not', { webhooks: [{ ...webhook, kinds: ['session-locked'] }] }, 'webhooks.0.kinds.0'],
    ['a digest, which comes with its kind', { webhooks: [{ ...webhook, kinds: ['digest'] }] }, 'webhooks.0.kinds.0'],
    ['what no tenant can be called', { webhooks: [{ ...webhook, tenant: 'De mo' }] }, 'webhooks.0.tenant'],
    ['a user without a password', { mail: [{ ...mail, username: 'bank' }] }, 'mail.0.password'],
    ['a password without a user', { mail: [{ ...mail, password: 'x' }] }, 'mail.0.username'],
    ['a password in the clear', { mail: [{ ...mail, tls: 'none', username: 'x', password: 'x' }] }, 'mail.0.tls'],
    ['a ticket by http', { mail: [{ ...mail, link: 'http://bank.example/#{ticket}' }], reportKey }, 'mail.0.link'],
    ['a ca that is no PEM', { siem: [{ ...siem, ca: 'zzz' }] }, 'siem.0.ca'],
    ['a ca that is broken', { siem: [{ ...siem, ca: collectorCertificate.replace('MII', 'AAA') }] }, 'siem.0.ca'],
    ['a ca without TLS', { siem: [{ ...siem, host: '::1', tls: false, ca: collectorCertificate }] }, 'siem.0.ca'],
    ['a name in the clear', { siem: [{ ...siem, tls: false }] }, 'siem.0.tls'],
    [
      'an address in the clear that is in no network named',
      { siem: [{ ...siem, host: '169.254.169.254', tls: false }], allowedNetworks: ['10.0.0.0/8'] },
      'siem.0.tls',
    ],
  ]
  for (const [what, notifier, field] of faulty) it(what, () => assert.deepEqual(refused(notifier), [field]))

  it('but not what can be served', () => {
    const fine = {
      webhooks: [{ ...webhook, kinds: ['access-denied'] }],
      mail: [{ ...mail, id: 'mail', username: 'x', password: 'x', link: 'https://bank.example/#{ticket}' }],
      siem: [
        { ...siem, id: 'tls', ca: collectorCertificate },
        { ...siem, id: 'here', host: 'localhost', tls: false },
        { ...siem, id: 'inside', host: '10.1.2.3', tls: false },
        { ...siem, id: 'inside-by-name', tls: false },
      ],
      allowedNetworks: ['10.0.0.0/8'],
      reportKey,
    }
    assert.deepEqual(refused(fine), [])
  })
})
