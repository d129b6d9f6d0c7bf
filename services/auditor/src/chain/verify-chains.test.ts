import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AuditRow } from '../audit-row.ts'
import { createRowWriter } from '../row-writer.ts'
import { type ChainHead, createChainHeads } from './chain-heads.ts'
import { type Checkpoint, chainsOf, createCheckpointSigner, digestOf } from './checkpoint.ts'
import { generateSigningJwk } from './signing-key.ts'
import { readRows, type StoredRecord } from './row-reader.ts'
import { verifyChains, type VerifyChainsOptions } from './verify-chains.ts'
import { verifyCheckpoints } from './verify-checkpoints.ts'

const signer = createCheckpointSigner(generateSigningJwk())
const keys = [signer.publicJwk]

const text = fc.string({ unit: 'binary', maxLength: 60 })
const content = fc.record({
  partition: fc.nat(1),
  gap: fc.nat(2),
  at: fc.nat(4_000_000_000_000),
  user: text,
  body: fc.oneof(text, fc.string({ minLength: 100, maxLength: 400 })),
})
type Content = Readonly<{ partition: number; gap: number; at: number; user: string; body: string }>

/** Between two records, each of which is stored and signed at once; longer than the clocks of who stores and who verifies may differ. */
const stepMs = 7_200_000

/** Rows of two chains as the sink writes them, in the order of the log, and a checkpoint after each of the given places. */
function write(contents: readonly Content[], checkpointsAfter: ReadonlySet<number>) {
  const writer = createRowWriter(16)
  const heads = createChainHeads()
  const next = [0, 0]
  const checkpoints: string[] = []
  let signed: readonly ChainHead[] = []
  contents.forEach(({ partition, gap, ...own }, index) => {
    const offset = (next[partition] ?? 0) + gap
    next[partition] = offset + 1
    const row: AuditRow = {
      topic: 't',
      partition,
      offset,
      tenant: 'demo',
      app: '',
      session: '',
      type: 'x',
      id: '',
      source_stage: '',
      source_partition: 0,
      source_offset: 0,
      source_index: 0,
      ...own,
    }
    const link = writer.add(row, heads.linkBefore('t', partition), { stored: index * stepMs, appended: index })
    heads.advance({ topic: 't', partition, offset, link })
    if (!checkpointsAfter.has(index)) return
    const grown = heads.all().filter((head) => !signed.includes(head))
    signed = heads.all()
    const last = checkpoints.at(-1)
    const checkpoint: Checkpoint = {
      number: checkpoints.length + 1,
      at: new Date(index * stepMs).toISOString(),
      previous: last === undefined ? null : digestOf(last),
      chains: chainsOf(grown),
    }
    checkpoints.push(signer.sign(checkpoint))
  })
  return { bytes: writer.take(), checkpoints }
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array, chunkSize = 7): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const row of readRows(cut(bytes, chunkSize))) found.push(row)
  return found.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
}

async function faultsOf(
  records: readonly StoredRecord[],
  checkpoints: readonly string[],
  removed?: VerifyChainsOptions['removed'],
) {
  const { pins, faults } = verifyCheckpoints(checkpoints, keys)
  assert.deepEqual(faults, [])
  return (await verifyChains(records, removed === undefined ? { pins } : { pins, removed })).faults
}

const chain = fc.array(content, { minLength: 2, maxLength: 30 })

test('what the sink has written verifies, wherever its bytes are cut, with as many checkpoints as there are', async () => {
  await fc.assert(
    fc.asyncProperty(
      chain,
      fc.integer({ min: 1, max: 500 }),
      fc.uniqueArray(fc.nat(29)),
      async (contents, size, after) => {
        const { bytes, checkpoints } = write(contents, new Set(after))
        const records = await read(bytes, size)
        assert.equal(records.length, contents.length)
        assert.deepEqual(await faultsOf(records, checkpoints), [])
        assert.deepEqual(
          await faultsOf(records.slice(1), [], 'any'),
          [],
          'a beginning may have been removed on purpose',
        )
      },
    ),
  )
})

test('what has expired may be gone; of what has not, every record that is gone is found, wherever it stood', async () => {
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(29), fc.uniqueArray(fc.nat(29)), async (contents, expired, gone) => {
      const { bytes, checkpoints } = write(contents, new Set(contents.keys()))
      const removed = { before: expired * stepMs, signedUntil: (contents.length - 1) * stepMs }
      const left = (await read(bytes)).filter(({ stored }) => stored >= removed.before)
      assert.deepEqual(await faultsOf(left, checkpoints, removed), [])
      const isGone = ({ stored }: StoredRecord) => gone.includes(stored / stepMs)
      const found = await faultsOf(
        left.filter((record) => !isGone(record)),
        checkpoints,
        removed,
      )
      // What was stored just then may have been a little older than its checkpoint says.
      const certain = left.filter((record) => isGone(record) && record.stored > removed.before + stepMs)
      for (const { partition } of certain) assert.ok(found.some((fault) => fault.partition === partition))
    }),
  )
})

test('where a chain begins is said, and the first record is proven where a checkpoint signed the one before it', async () => {
  const row = { partition: 0, gap: 0, at: 1, user: 'u', body: 'b' }
  const { bytes, checkpoints } = write([row, row, row, row], new Set([1, 3]))
  const records = await read(bytes)
  const { pins } = verifyCheckpoints(checkpoints, keys)
  const beginningsOf = async (left: readonly StoredRecord[]) =>
    (await verifyChains(left, { pins, removed: 'any' })).beginnings.map(({ offset, checkpoint, follows }) => [
      offset,
      checkpoint,
      follows,
    ])
  assert.deepEqual(await beginningsOf(records), [])
  assert.deepEqual(await beginningsOf(records.slice(1)), [[1, null, false]])
  assert.deepEqual(await beginningsOf(records.slice(2)), [[2, 1, true]])
  assert.deepEqual(await beginningsOf(records.slice(3)), [[3, 1, false]])
  const [, , third, last] = records
  assert.ok(third && last)
  const changed = { ...third, canonical: Buffer.from(third.canonical) }
  changed.canonical[0] = (changed.canonical[0] ?? 0) ^ 1
  assert.deepEqual(
    (await verifyChains([changed, last], { pins, removed: 'any' })).beginnings.map(({ follows }) => follows),
    [false],
    'nothing vouches for the contents of the first record any more, and it says so',
  )
})

/** Each takes away or changes something at `place`, and answers where the first bad record is then. */
const tamperings: Readonly<
  Record<
    string,
    (records: StoredRecord[], place: number, bit: number) => Readonly<{ partition: number; offset: number }>
  >
> = {
  'a flipped bit of a record': (records, place, bit) => {
    const record = at(records, place)
    const canonical = Buffer.from(record.canonical)
    const byte = bit % canonical.length
    canonical[byte] = (canonical[byte] ?? 0) ^ (1 << (bit % 8))
    records[place] = { ...record, canonical }
    return record
  },
  'a flipped bit of a link': (records, place, bit) => {
    const record = at(records, place)
    const hash = Buffer.from(record.hash)
    hash[bit % 32] = (hash[bit % 32] ?? 0) ^ (1 << (bit % 8))
    records[place] = { ...record, hash }
    return record
  },
  'a record that is gone': (records, place) => {
    const [gone] = records.splice(place, 1)
    assert.ok(gone)
    const next = records[place]
    if (next?.partition === gone.partition) return next
    const before = records[place - 1]
    return { partition: gone.partition, offset: before?.partition === gone.partition ? before.offset + 1 : 0 }
  },
  'the end of a chain that is gone': (records, place) => {
    const { partition } = at(records, place)
    const end = records.findLastIndex((record) => record.partition === partition)
    records.splice(place, end - place + 1)
    const before = records[place - 1]
    return { partition, offset: before?.partition === partition ? before.offset + 1 : 0 }
  },
  'a record that is there twice': (records, place) => {
    const record = at(records, place)
    records.splice(place, 0, record)
    return record
  },
  'a record that was put in': (records, place, bit) => {
    const record = at(records, place)
    records.splice(place, 0, { ...record, offset: record.offset, hash: Buffer.alloc(32, bit) })
    return record
  },
  'two records that changed their contents': (records, place) => {
    const one = at(records, place)
    const other = records[place + 1]
    if (other?.partition !== one.partition) return tamperings['a flipped bit of a link']?.(records, place, 3) ?? one
    records[place] = { ...one, canonical: other.canonical, hash: other.hash }
    records[place + 1] = { ...other, canonical: one.canonical, hash: one.hash }
    return one
  },
}

function at(records: readonly StoredRecord[], place: number): StoredRecord {
  const record = records[place]
  assert.ok(record)
  return record
}

for (const [name, tamper] of Object.entries(tamperings))
  test(`the first bad record is named: ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(chain, fc.nat(), fc.nat(), async (contents, place, bit) => {
        const { bytes, checkpoints } = write(contents, new Set([contents.length - 1]))
        const records = await read(bytes, 4_096)
        const { partition, offset } = tamper(records, place % records.length, bit)
        const found = (await faultsOf(records, checkpoints)).map((fault) => [fault.partition, fault.offset])
        assert.deepEqual(found, [[partition, offset]])
      }),
    )
  })

test('who makes all links again behind a change is found by the next checkpoint', async () => {
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(), async (contents, place) => {
      const changed = contents.map((each, index) =>
        index === place % contents.length ? { ...each, user: `${each.user}!` } : each,
      )
      const { checkpoints } = write(contents, new Set([contents.length - 1]))
      const records = await read(write(changed, new Set()).bytes)
      const { partition } = contents[place % contents.length] ?? {}
      const faults = await faultsOf(records, checkpoints)
      assert.deepEqual(
        faults.map((fault) => [fault.code, fault.partition]),
        [['record-not-as-signed', partition]],
      )
    }),
  )
})

test('checkpoints that are gone, changed, forged or two of one number are found', () => {
  const row = { partition: 0, gap: 0, at: 1, user: 'u', body: 'b' }
  const { checkpoints } = write([row, row, row, row], new Set([0, 1, 2, 3]))
  const codes = (texts: readonly string[]) =>
    verifyCheckpoints(texts, keys).faults.map(({ code, number }) => `${code} ${number}`)
  const [one = '', two = '', three = '', four = ''] = checkpoints
  assert.deepEqual(codes([four, two, one, three, two]), [])
  assert.deepEqual(codes([one, three, four]), ['checkpoint-missing 2'])
  assert.deepEqual(codes([two, three, four]), ['checkpoint-missing 1'])
  const forger = createCheckpointSigner(generateSigningJwk())
  const other = { number: 4, at: '', previous: digestOf(three), chains: [] }
  assert.deepEqual(codes([one, two, three, forger.sign(other)]), ['checkpoint-unreadable 4'])
  assert.deepEqual(codes([one, two, three, four, signer.sign(other)]), ['checkpoint-forked 4'])
  fc.assert(
    fc.property(fc.nat(one.length - 1), fc.constantFrom('A', 'z', '_', '.'), (place, character) => {
      const text = one.slice(0, place) + character + one.slice(place + 1)
      const { pins } = verifyCheckpoints([text], keys)
      // The last character of a signature may hold bits that do not count.
      return pins.size === 0 || text.slice(0, text.lastIndexOf('.')) === one.slice(0, one.lastIndexOf('.'))
    }),
  )
})

test('checkpoints of the key before are believed where its public half is given beside that of the next one', () => {
  const next = createCheckpointSigner(generateSigningJwk())
  const one = signer.sign({ number: 1, at: '', previous: null, chains: [] })
  const two = next.sign({ number: 2, at: '', previous: digestOf(one), chains: [] })
  assert.deepEqual(verifyCheckpoints([one, two], [next.publicJwk, signer.publicJwk]).faults, [])
  assert.deepEqual(
    verifyCheckpoints([one, two], [next.publicJwk]).faults.map(({ code }) => code),
    ['checkpoint-unreadable', 'checkpoint-missing'],
  )
})
