import { ConfigError, type ConfigFault } from '@watchword/service-kit'
import { parseNetwork } from './outbound/address-guard.ts'
import type { NotifierConfig } from './notifier-settings.ts'

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
    ...mail.flatMap(({ username, tls }, index) =>
      username !== undefined && tls === 'none'
        ? [{ path: `notifier.mail.${index}.tls`, detail: 'is none, and the password would go out in the clear' }]
        : [],
    ),
    ...mail.flatMap(({ link }, index) => linkFaults(link, config.reportKey, `notifier.mail.${index}.link`)),
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

function linkFaults(link: string | undefined, reportKey: string | undefined, path: string): readonly ConfigFault[] {
  const [address = '', ...fragment] = link?.split('#') ?? []
  // What stands before it comes into the logs of every server and proxy on the way.
  if (address.includes('{ticket}')) return [{ path, detail: 'has {ticket} before #, where servers would log it' }]
  if (fragment.join('#').includes('{ticket}') && reportKey === undefined)
    return [{ path, detail: 'has {ticket}, and there is no notifier.reportKey to sign it with' }]
  return []
}
