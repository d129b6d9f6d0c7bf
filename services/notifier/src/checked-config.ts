import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { ConfigError, type ConfigFault } from '@watchword/service-kit'
import type { MailConfig } from './mail/mail-config.ts'
import { isInside, loopback, parseNetwork } from './outbound/address-guard.ts'
import type { NotifierConfig } from './notifier-settings.ts'
import type { SiemConfig } from './siem/siem-config.ts'

/** The configuration, if it can be used; throws a ConfigError with all that a schema cannot say. */
export function checkedConfig(config: NotifierConfig): NotifierConfig {
  const { webhooks, mail, siem, allowedNetworks } = config
  const named = [
    ...webhooks.map(({ tenant, id }, index) => ({ name: `${tenant} ${id}`, path: `notifier.webhooks.${index}.id` })),
    ...mail.map(({ tenant, id }, index) => ({ name: `${tenant} ${id}`, path: `notifier.mail.${index}.id` })),
    ...siem.map(({ tenant, id }, index) => ({ name: `${tenant} ${id}`, path: `notifier.siem.${index}.id` })),
  ]
  const faults = [
    ...allowedNetworks.flatMap((network, index) => networkFaults(network, `notifier.allowedNetworks.${index}`)),
    ...webhooks.flatMap(({ url }, index) => urlFaults(url, allowedNetworks, `notifier.webhooks.${index}.url`)),
    ...mail.flatMap(({ directory }, index) =>
      urlFaults(directory.url, allowedNetworks, `notifier.mail.${index}.directory.url`),
    ),
    ...mail.flatMap((one, index) => loginFaults(one, `notifier.mail.${index}`)),
    ...mail.flatMap(({ link }, index) => linkFaults(link, config.reportKey, `notifier.mail.${index}.link`)),
    ...siem.flatMap((one, index) => collectorFaults(one, allowedNetworks, `notifier.siem.${index}`)),
    ...named.flatMap(({ name, path }, index) =>
      named.findIndex((other) => other.name === name) === index
        ? []
        : [{ path, detail: 'is the name of another endpoint of this tenant' }],
    ),
  ]
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function networkFaults(network: string, path: string): readonly ConfigFault[] {
  try {
    parseNetwork(network)
    return []
  } catch {
    return [{ path, detail: 'is not a network in CIDR notation' }]
  }
}

function urlFaults(url: string, allowedNetworks: readonly string[], path: string): readonly ConfigFault[] {
  if (!URL.canParse(url)) return [{ path, detail: 'is not a URL' }]
  const { protocol, username, password } = new URL(url)
  if (username !== '' || password !== '') return [{ path, detail: 'holds a user or a password' }]
  if (protocol === 'http:' && allowedNetworks.length === 0)
    return [{ path, detail: 'is not https; plain HTTP is for networks of `notifier.allowedNetworks` alone' }]
  return []
}

function loginFaults({ username, password, tls }: MailConfig, path: string): readonly ConfigFault[] {
  if (username === undefined && password !== undefined)
    return [{ path: `${path}.username`, detail: 'is missing beside a password' }]
  if (username !== undefined && password === undefined)
    return [{ path: `${path}.password`, detail: 'is missing beside a username' }]
  if (username !== undefined && tls === 'none')
    return [{ path: `${path}.tls`, detail: 'is none, and the password would go out in the clear' }]
  return []
}

function collectorFaults(
  { host, tls, ca }: SiemConfig,
  allowedNetworks: readonly string[],
  path: string,
): readonly ConfigFault[] {
  if (tls) return ca === undefined || holdsCertificates(ca) ? [] : [{ path: `${path}.ca`, detail: 'is no PEM' }]
  if (ca !== undefined) return [{ path: `${path}.ca`, detail: 'has no use without tls' }]
  const refusal = {
    path: `${path}.tls`,
    detail: 'is false, and the host is neither this machine nor in `notifier.allowedNetworks`',
  }
  if (isIP(host) === 0) return host === 'localhost' || allowedNetworks.length > 0 ? [] : [refusal]
  // What is no network is a fault of its own.
  const networks = allowedNetworks.filter((network) => networkFaults(network, path).length === 0)
  return isInside(host, [...networks, ...loopback]) ? [] : [refusal]
}

/** Certificates as PEM and nothing that is broken. */
function holdsCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.map((block) => new X509Certificate(block)).length > 0
  } catch {
    return false
  }
}

function linkFaults(link: string | undefined, reportKey: string | undefined, path: string): readonly ConfigFault[] {
  const [address = '', ...fragment] = link?.split('#') ?? []
  // What stands before it comes into the logs of every server and proxy on the way.
  if (address.includes('{ticket}')) return [{ path, detail: 'has {ticket} before #, where servers would log it' }]
  if (!fragment.join('#').includes('{ticket}')) return []
  if (address.startsWith('http:'))
    return [
      { path, detail: 'has {ticket} and is not https: whoever is on the way could change the page that reads it' },
    ]
  return reportKey === undefined
    ? [{ path, detail: 'has {ticket}, and there is no notifier.reportKey to sign it with' }]
    : []
}
