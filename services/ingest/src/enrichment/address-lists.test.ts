import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type AddressRange, contains, parseAddress, parseNetwork } from '@watchword/policy'
import { createLogger } from '@watchword/service-kit'
import fc from 'fast-check'
import { createAddressLists } from './address-lists.ts'
import { createAddressRanges } from './address-ranges.ts'
import { readAddressList } from './read-address-list.ts'

const vpn = { name: 'vpn', kind: 'vpn', format: 'cidr-lines', file: 'vpn.txt' } as const
const hosters = { name: 'hosters', kind: 'hosting', format: 'asn-csv', file: 'asn.csv' } as const
const bad = { name: 'bad', kind: 'reputation', format: 'cidr-lines', file: 'bad.txt' } as const

function addressOf(text: string) {
  const address = parseAddress(text)
  assert.ok(address)
  return address
}

test('a set of ranges holds what one of its ranges holds, however they overlap', () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40 }), fc.constantFrom<4 | 6>(4, 6))
    .map(([first, size, version]): AddressRange => ({ version, first: BigInt(first), last: BigInt(first + size) }))
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 20 }),
      fc.integer({ min: 0, max: 360 }),
      fc.constantFrom<4 | 6>(4, 6),
      (ranges, bits, version) => {
        const address = { ...addressOf('1.1.1.1'), version, bits: BigInt(bits) }
        assert.equal(
          createAddressRanges(ranges).has(address),
          ranges.some((one) => contains(one, address)),
        )
      },
    ),
  )
  assert.ok(parseNetwork('::/0'))
})

test('lists are read with comments and odd lines; malformed lines are counted and cost nothing else', async () => {
  const cidr = await readAddressList(
    vpn,
    '# head\n203.0.113.0/24\n198.51.100.7\t9\n2001:db8::/32 # v6\n\nnonsense\n1.2.3.4/99\r\n',
  )
  assert.deepEqual([cidr.ranges.size, cidr.malformedLines], [3, 2])
  assert.match(cidr.version, /^[0-9a-f]{12}\/3$/)
  const asn = await readAddressList(
    hosters,
    'ASN,Entity\n"3320","DT"\n51447, "RootLayer, NL"\nAS13335,CF\n3320,again\nwhat,now\n',
  )
  assert.deepEqual([[...asn.asns], asn.malformedLines], [[3320, 51447, 13335], 1])
})

test('a refresh takes new data, a failed one keeps the old and says so', async () => {
  const texts = new Map([
    ['vpn', '203.0.113.0/24'],
    ['hosters', '64500,x'],
    ['bad', '198.51.100.7'],
  ])
  const lines: string[] = []
  const destination = new PassThrough()
  destination.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  let changes = 0
  let due: (() => void) | undefined
  const lists = await createAddressLists(
    { sources: [vpn, hosters, bad], refreshEveryMs: 1_000 },
    {
      readText: async ({ name }) => texts.get(name) ?? Promise.reject(new Error('gone')),
      clock: {
        now: () => 0,
        elapsed: () => 0,
        after(_delayMs, run) {
          due = run
          return () => (due = undefined)
        },
      },
      logger: createLogger({ service: 'x', version: 'x', level: 'info' }, { destination }),
      onChange: () => (changes += 1),
    },
  )
  const inVpn = addressOf('203.0.113.9')
  assert.deepEqual(lists.of(inVpn, 64_500), { type: 'vpn', reputation: 'ok', lists: ['vpn', 'hosters'] })
  assert.deepEqual(lists.of(addressOf('198.51.100.7'), null), { type: null, reputation: 'bad', lists: ['bad'] })
  assert.equal(changes, 3)
  const before = lists.version()
  assert.match(before ?? '', /^vpn@[0-9a-f]{12}\/1 hosters@[0-9a-f]{12}\/1 bad@[0-9a-f]{12}\/1$/)

  texts.delete('vpn')
  texts.set('bad', '192.0.2.1')
  await lists.refresh()
  assert.equal(lists.of(inVpn, null).type, 'vpn')
  assert.equal(lists.of(addressOf('198.51.100.7'), null).reputation, 'ok')
  assert.equal(changes, 4)
  assert.notEqual(lists.version(), before)
  assert.match(lines.join(''), /address list not read/)
  assert.ok(due)
  lists.stop()
  assert.equal(due, undefined)
})
