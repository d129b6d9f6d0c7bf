import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAddress } from '@watchword/policy'
import type { AddressListSource } from '../config.ts'
import { readAddressList } from './read-address-list.ts'

const shared = process.env['WATCHWORD_SHARED']

async function read(file: string, kind: AddressListSource['kind'], format: AddressListSource['format'] = 'cidr-lines') {
  assert.ok(shared, 'WATCHWORD_SHARED names the folder of the shared data')
  const text = await readFile(join(shared, 'data/ip-lists', file), 'utf8')
  return readAddressList({ name: file, kind, format, file }, text)
}

test('every line of the pinned lists is read', async () => {
  for (const [file, kind, entries] of [
    ['datacenter-ipv4.txt', 'hosting', 42_566],
    ['vpn-ipv4.txt', 'vpn', 10_862],
    ['bad-reputation-ipv4.txt', 'reputation', 14_217],
    ['tor-exits.txt', 'tor', 1_746],
  ] as const) {
    const list = await read(file, kind)
    assert.equal(list.malformedLines, 0, file)
    assert.match(list.version, new RegExp(`^[0-9a-f]{12}/${entries}$`), file)
  }
})

test('the AS numbers are read, from the malformed third line too', async () => {
  const list = await read('hosting-asn.csv', 'hosting', 'asn-csv')
  assert.equal(list.malformedLines, 0)
  assert.equal(list.asns.size, 723)
  assert.ok(list.asns.has(51_447))
})

test('a look-up agrees with the text of the list', async () => {
  const list = await read('bad-reputation-ipv4.txt', 'reputation')
  assert.ok(shared)
  const lines = (await readFile(join(shared, 'data/ip-lists/bad-reputation-ipv4.txt'), 'utf8'))
    .split('\n')
    .filter(Boolean)
  const listed = new Set(lines)
  for (const line of lines.slice(0, 2_000)) {
    const address = parseAddress(line)
    const next = parseAddress(line.replace(/\d+$/, (last) => String((Number(last) + 1) % 256)))
    assert.ok(address && next)
    assert.ok(list.ranges.has(address), line)
    assert.equal(list.ranges.has(next), listed.has(next.text), next.text)
  }
})
