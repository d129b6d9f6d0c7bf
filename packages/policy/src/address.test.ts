import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contains, parseAddress, parseNetwork } from './address.ts'

test('an address has one form, kind and prefix, whatever clothes it wears', () => {
  for (const [text, kind, normal, prefix] of [
    ['203.0.113.7', 'public', '203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', 'public', '203.0.113.7', '203.0.113.0/24'],
    ['10.1.2.3', 'private', '10.1.2.3', '10.1.2.0/24'],
    ['100.64.0.1', 'cgnat', '100.64.0.1', '100.64.0.0/24'],
    ['127.0.0.1', 'loopback', '127.0.0.1', '127.0.0.0/24'],
    ['169.254.1.1', 'link-local', '169.254.1.1', '169.254.1.0/24'],
    ['224.0.0.1', 'unknown', '224.0.0.1', '224.0.0.0/24'],
    ['2001:DB8:1:2:3::4', 'public', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['[2a00::1]', 'public', '2a00::/64', '2a00::/48'],
    ['fe80::1%eth0', 'link-local', 'fe80::/64', 'fe80::/48'],
    ['fd00::1', 'private', 'fd00::/64', 'fd00::/48'],
  ] as const) {
    const address = parseAddress(text)
    assert.deepEqual([address?.kind, address?.normal, address?.prefix], [kind, normal, prefix], text)
  }
})

test('shortened, octal, hexadecimal and numeric forms are no addresses: programs disagree on what they mean', () => {
  for (const text of [
    '1',
    '127.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '1.2.3.4:80',
    '1.2.3.4/8',
    '',
    'x',
    '1.2.3.4.5',
    ' 1.2.3.4',
  ])
    assert.equal(parseAddress(text), undefined, text)
})

test('a network holds exactly the addresses of its prefix', () => {
  const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 0, max: 32 }), (network, other, length) => {
      const range = parseNetwork(`${network.join('.')}/${length}`)
      const address = parseAddress(other.join('.'))
      assert.ok(range && address)
      const bits = (of: readonly number[]) =>
        of
          .map((byte) => byte.toString(2).padStart(8, '0'))
          .join('')
          .slice(0, length)
      assert.equal(contains(range, address), bits(network) === bits(other))
    }),
  )
  const mapped = parseNetwork('::ffff:10.0.0.0/104')
  const inside = parseAddress('10.9.9.9')
  assert.ok(mapped && inside && contains(mapped, inside))
  for (const text of ['1.2.3.4/33', '::/129', '1.2.3.4/', '1.2.3.4/8/8', '/8'])
    assert.equal(parseNetwork(text), undefined)
})
