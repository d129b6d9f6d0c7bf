import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activityFromRequest } from '../src/index.ts'

type Request = Parameters<typeof activityFromRequest>[0]
const requestOf = (remoteAddress: string | undefined, headers: Request['headers']): Request =>
  ({ socket: { remoteAddress }, headers }) as Request
const ipOf = (
  remoteAddress: string | undefined,
  forwarded: string | undefined,
  trustedProxies?: string[],
): string | undefined =>
  activityFromRequest(
    requestOf(remoteAddress, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    trustedProxies && { trustedProxies },
  ).ip

test('X-Forwarded-For counts only as far as trusted proxies vouch for it', () => {
  const trusted = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']
  assert.equal(ipOf('203.0.113.7', '1.1.1.1'), '203.0.113.7')
  assert.equal(ipOf('203.0.113.7', '1.1.1.1', trusted), '203.0.113.7')
  assert.equal(ipOf('10.0.0.1', '1.1.1.1', trusted), '1.1.1.1')
  assert.equal(ipOf('10.0.0.1', '6.6.6.6, 1.1.1.1', trusted), '1.1.1.1')
  assert.equal(ipOf('10.0.0.1', '6.6.6.6, 1.1.1.1, 10.2.3.4, 192.0.2.1', trusted), '1.1.1.1')
  assert.equal(ipOf('::ffff:10.0.0.1', '1.1.1.1:4711', trusted), '1.1.1.1')
  assert.equal(ipOf('2001:db8::1', '[2606:4700::1]:443', trusted), '2606:4700::1')
  assert.equal(ipOf('10.0.0.1', '1.1.1.1, unknown', trusted), '10.0.0.1')
  assert.equal(ipOf('10.0.0.1', undefined, trusted), '10.0.0.1')
  assert.equal(ipOf('10.0.0.1', '10.0.0.2', trusted), '10.0.0.2')
  assert.equal(ipOf('fe80::1%eth0', undefined), 'fe80::1')
  assert.equal(ipOf(undefined, '1.1.1.1', trusted), undefined)
})

test('only headers on the allow-list leave the app, never cookies or credentials', () => {
  const { headers, userAgent } = activityFromRequest(
    requestOf('203.0.113.7', {
      'user-agent': 'Mozilla/5.0',
      'accept-language': 'de',
      'sec-ch-ua': '"A"',
      'sec-ch-ua-platform': '"Linux"',
      'sec-ch-uax': 'no',
      cookie: 'sid=1',
      authorization: 'Bearer x',
      'x-api-key': 'k',
    }),
  )
  assert.deepEqual(headers, { 'accept-language': 'de', 'sec-ch-ua': '"A"', 'sec-ch-ua-platform': '"Linux"' })
  assert.equal(userAgent, 'Mozilla/5.0')
})

test('a request without a user agent is reported as one, so that leaving it out hides nothing', () => {
  assert.equal(activityFromRequest(requestOf('203.0.113.7', {})).userAgent, '')
})

test('a trusted proxy that is no address is a fault of the configuration', () => {
  for (const entry of ['proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::/129']) {
    assert.throws(() => ipOf('10.0.0.1', undefined, [entry]), { code: 'invalid-config' }, entry)
  }
})
