import type { IncomingMessage } from 'node:http'
import type { Activity } from './activity.ts'
import { parseAddress, parseTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'

/** Whose `X-Forwarded-For` counts: addresses and CIDR blocks of one's own proxies, none by default. */
export type RequestActivityOptions = { readonly trustedProxies?: readonly string[] | TrustedProxies }

const hopsMax = 32
const valueLengthMax = 1_024

/** The part of an activity that a request tells: ip, user agent and the headers on the allow-list; never cookies or credentials. */
export const activityFromRequest = (
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  options: RequestActivityOptions = {},
): Pick<Activity, 'ip' | 'userAgent' | 'headers'> => {
  const { trustedProxies = [] } = options
  const trusted = typeof trustedProxies === 'function' ? trustedProxies : parseTrustedProxies(trustedProxies)
  const ip = clientAddress(request, trusted)
  // Empty says that the request named no program; left out it would say that nobody looked.
  const userAgent = request.headers['user-agent'] ?? ''
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== 'accept-language' && !/^sec-ch-ua(?:-[a-z0-9-]+)?$/.test(name)) continue
    if (value !== undefined) headers[name] = String(value).slice(0, valueLengthMax)
  }
  return {
    ...(ip === undefined ? {} : { ip }),
    userAgent: userAgent.slice(0, valueLengthMax),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  }
}

// From the nearest hop outwards: a proxy of one's own vouches for the address to its left, and for nothing beyond it.
const clientAddress = (
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  trusted: TrustedProxies,
): string | undefined => {
  let address = parseAddress(request.socket.remoteAddress ?? '')
  const hops = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .slice(-hopsMax)
  while (address !== undefined && trusted(address)) {
    const next = parseAddress(hops.pop() ?? '')
    if (next === undefined) break
    address = next
  }
  return address
}
