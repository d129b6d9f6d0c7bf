import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Logger } from '@watchword/service-kit'
import { mmdbFile } from '../testing/mmdb-file.ts'
import { type GeoDatabases, openGeoDatabases } from './geo-databases.ts'
import { noGeoFacts } from './geo-facts.ts'

type Said = Readonly<{ level: string; databases: string; message: string }>

async function opened(files: readonly string[]): Promise<Readonly<{ geo: GeoDatabases; said: readonly Said[] }>> {
  const said: Said[] = []
  const at = (level: string) => (facts: { databases: string }, message: string) =>
    void said.push({ level, databases: facts.databases, message })
  const geo = await openGeoDatabases(files, { info: at('info'), warn: at('warn') } as unknown as Logger)
  return { geo, said }
}

function asnFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-geo-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'asn.mmdb')
  const records = {
    '8.8.8.0/24': { autonomous_system_number: 15_169, autonomous_system_organization: 'Google LLC' },
    '80.128.0.0/11': { autonomous_system_number: 3_320, autonomous_system_organization: 'Deutsche Telekom AG' },
  }
  writeFileSync(file, mmdbFile(records, new Date('2026-11-01T00:00:00Z')))
  return file
}

test('the database that comes along knows the country of an address, and says at the start what it does not know', async () => {
  const { geo, said } = await opened([])
  assert.deepEqual(geo.of('193.0.6.139'), { ...noGeoFacts, country: 'NL' })
  assert.deepEqual(geo.of('127.0.0.1'), noGeoFacts)
  const [{ level, databases, message } = assert.fail('nothing was said')] = said
  assert.equal(level, 'warn')
  assert.equal(databases, geo.version)
  assert.match(databases, /^geo-whois-asn-country@\d{4}-\d\d-\d\d$/)
  assert.match(message, /countries only.* no ASN/)
})

test('a database of AS numbers beside it adds the operator of the network', async (t) => {
  const { geo, said } = await opened(['bundled', asnFile(t)])
  assert.deepEqual(geo.of('8.8.8.8'), { ...noGeoFacts, country: 'US', asn: 15_169 })
  assert.deepEqual(geo.of('80.150.1.1'), { ...noGeoFacts, country: 'DE', asn: 3_320 })
  assert.equal(geo.of('193.0.6.139').asn, null)
  assert.match(geo.version, /^geo-whois-asn-country@[\d-]{10} asn@2026-11-01$/)
  assert.deepEqual(
    said.map(({ level, databases }) => [level, databases]),
    [['warn', geo.version]],
  )
})

test('databases of the operator alone are named at the start, without a warning', async (t) => {
  const { geo, said } = await opened([asnFile(t)])
  assert.deepEqual(geo.of('8.8.8.8'), { ...noGeoFacts, asn: 15_169 })
  assert.deepEqual(said, [{ level: 'info', databases: 'asn@2026-11-01', message: 'geo databases opened' }])
})

test('a file that is no database is refused at the start', async (t) => {
  const file = asnFile(t)
  writeFileSync(file, 'no database at all')
  await assert.rejects(opened([file]))
  await assert.rejects(opened([`${file}.missing`]))
})
