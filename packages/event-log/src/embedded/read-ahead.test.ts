import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { record, rejectsWith, textOf, until } from '../contract/facts.ts'
import type { LogRecord } from '../event-log.ts'
import { LogError, type LogErrorCode } from '../log-error.ts'
import { createMemoryDisk } from '../memory/memory-store.ts'
import { isKept, join, nextTurn, openHeldLog, passOn, passTime, texts, untilWritten } from './testing/held-log.ts'

describe('reading ahead', () => {
  it('has a record before it is durable, when nobody else has it', async () => {
    const { log, hold } = openHeldLog()
    const { member, records } = await join(log, 'input')
    const others = await join(log, 'input', { group: 'others', ahead: false })
    const letGo = hold()
    let said = ''
    const append = log.append([record('input', 'k', 'v')]).then(() => (said += 'acknowledged '))
    const durable = member.durable(0, 1).then(() => (said += 'durable '))
    await until(() => records.length === 1, 'it has come')
    assert.deepEqual([said, others.records, await log.ends('input'), await texts(log, 'input')], ['', [], [0], []])
    letGo()
    await Promise.all([append, durable])
    await until(() => others.records.length === 1, 'the others have it')
    assert.deepEqual([await log.ends('input'), await texts(log, 'input'), records.length], [[1], ['v'], 1])
    await log.close()
  })

  it('puts what follows from a record into its transaction, step after step', async () => {
    const { log, writes } = openHeldLog()
    await join(log, 'input', passOn(log, 'middle'))
    await join(log, 'middle', passOn(log, 'output'))
    const { records } = await join(log, 'output', { ahead: false })
    await log.append([record('input', 'k', 'v')])
    await until(() => records.length === 1, 'it has come through')
    assert.deepEqual(
      writes.map((write) => write.map(({ topic: of }) => of)),
      [['input', 'middle', 'output']],
    )
    await log.close()
  })

  it('writes again what was seen, once and without a gap, and takes nothing else meanwhile', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail } = openHeldLog()
    const { member, records } = await join(log, 'input')
    fail('log-unavailable', 'log-unavailable', 'log-unavailable')
    await rejectsWith('log-unavailable', log.append([record('input', 'k', 'seen')]))
    await rejectsWith('log-unavailable', log.append([record('input', 'k', 'refused')]))
    await rejectsWith('log-unavailable', member.commit(0, 0))
    assert.deepEqual([records.map(textOf), await texts(log, 'input')], [['seen'], []])
    let isDurable = false
    void member.durable(0, 1).then(() => (isDurable = true))
    await passTime(t, () => isDurable, 'it is written')
    const [position] = await log.append([record('input', 'k', 'next')])
    assert.deepEqual([position?.offset, await texts(log, 'input')], [1, ['seen', 'next']])
    await passTime(t, () => records.length === 2, 'the next has come')
    await log.close()
  })

  it('drops what nobody has seen, though it was in the same transaction', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail } = openHeldLog()
    const { records } = await join(log, 'input')
    fail('log-unavailable')
    const [unseen, mixed, late] = [
      log.append([record('output', 'k', 'before')]),
      log.append([record('input', 'k', 'seen'), record('output', 'k', 'with it')]),
      log.append([record('output', 'k', 'behind')]),
    ]
    for (const append of [unseen, mixed, late]) await rejectsWith('log-unavailable', append)
    await passTime(t, () => records.length === 1, 'it is seen')
    await untilWritten(t, log)
    // What stands before it in its partition cannot be taken out any more.
    assert.deepEqual(await texts(log, 'output'), ['before', 'with it'])
    const [next] = await log.append([record('output', 'k', 'next')])
    assert.equal(next?.offset, 2)
    assert.deepEqual(await texts(log, 'output'), ['before', 'with it', 'next'])
    await log.close()
  })

  it('does not drop what a member saw that joined while it was written', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail, hold } = openHeldLog()
    const letGo = hold()
    fail('log-unavailable')
    const append = log.append([record('input', 'k', 'v')])
    await nextTurn()
    const { records } = await join(log, 'input')
    await passTime(t, () => records.length === 1, 'it is seen')
    letGo()
    await rejectsWith('log-unavailable', append)
    await untilWritten(t, log)
    assert.deepEqual([await texts(log, 'input'), records.map(textOf)], [['v'], ['v']])
    await log.close()
  })

  it('ends with a fault when what was seen never will be durable, and nothing is taken after it', async () => {
    const { log, fail } = openHeldLog()
    const faults: Error[] = []
    await join(log, 'input', { onError: (error) => void faults.push(error) })
    fail('log-corrupt')
    await rejectsWith('log-corrupt', log.append([record('input', 'k', 'v')]))
    await rejectsWith('log-corrupt', log.append([record('output', 'k', 'v')]))
    assert.deepEqual(
      faults.map((fault) => fault instanceof LogError && fault.code),
      ['log-corrupt'],
    )
    assert.deepEqual([await log.ends('input'), await texts(log, 'input')], [[0], []])
    await log.close()
  })

  it('concerns nobody behind it when a transaction fails once', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail, hold } = openHeldLog()
    const { records } = await join(log, 'input')
    const letGo = hold()
    fail('log-unavailable')
    const failed = log.append([record('output', 'k', 'failed')])
    await nextTurn()
    const behind = [log.append([record('output', 'k', 'behind')]), log.append([record('input', 'k', 'behind')])]
    letGo()
    await rejectsWith('log-unavailable', failed)
    await Promise.all(behind)
    assert.deepEqual([await texts(log, 'output'), await texts(log, 'input')], [['behind'], ['behind']])
    await passTime(t, () => records.length === 1, 'it has come')
    await log.close()
  })

  it('takes nothing before all that was seen is written, however little the log takes at a time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail, writes, hold } = openHeldLog()
    await join(log, 'input')
    fail('log-unavailable', 'log-unavailable')
    const appends = Array.from({ length: 20 }, (_, at) => log.append([record('input', 'k', String(at))]))
    for (const append of appends) await rejectsWith('log-unavailable', append)
    const letGo = hold()
    t.mock.timers.tick(1_000)
    await nextTurn()
    await rejectsWith('log-unavailable', log.append([record('input', 'k', 'refused')]))
    letGo()
    await passTime(t, () => writes.flat().length === 20, 'all are written')
    assert.deepEqual(
      writes.map(({ length }) => length),
      [1, 2, 4, 8, 5],
    )
    await log.append([record('input', 'k', 'next')])
    await log.close()
  })

  it('takes everything again after what was the last to be dropped', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { log, fail, hold } = openHeldLog()
    await join(log, 'input')
    const letGo = hold()
    // The first is seen and fails once; the one behind it fails after it, is seen by nobody, and is the last that waits.
    fail('log-unavailable', undefined, 'log-unavailable')
    const seen = log.append([record('input', 'k', 'seen')])
    await nextTurn()
    const behind = log.append([record('output', 'k', 'behind')])
    letGo()
    await rejectsWith('log-unavailable', seen)
    let isTaken: boolean | undefined
    const answered = isKept(behind).then((taken) => (isTaken = taken))
    await passTime(t, () => isTaken !== undefined, 'the other is answered')
    assert.equal(await answered, false)
    const [position] = await log.append([record('input', 'k', 'next')])
    assert.equal(position?.offset, 1)
    await log.close()
  })

  it('does not keep a log open whose member waits for durability when it leaves', async () => {
    const { log, fail } = openHeldLog()
    const faults: Error[] = []
    const { member, records } = await join(log, 'input', {
      onRevoked: () => member.durable(0, 1),
      onError: (error) => void faults.push(error),
    })
    fail(...Array.from({ length: 100 }, (): LogErrorCode => 'log-unavailable'))
    await rejectsWith('log-unavailable', log.append([record('input', 'k', 'v')]))
    assert.equal(records.length, 1)
    await log.close()
    assert.equal(faults.length, 1)
  })

  it('does not keep a log open that cannot be written, and what was refused is not there after it', async () => {
    const disk = createMemoryDisk()
    const { log, fail } = openHeldLog(disk)
    await join(log, 'input')
    fail(...Array.from({ length: 100 }, (): LogErrorCode => 'log-unavailable'))
    await rejectsWith('log-unavailable', log.append([record('input', 'k', 'v')]))
    await log.close()
    const again = openHeldLog(disk).log
    assert.deepEqual([await again.ends('input'), await texts(again, 'input')], [[0], []])
    await again.close()
  })

  it('waits for what is no longer recent until it is durable', async () => {
    const { log, hold } = openHeldLog()
    const { records } = await join(log, 'input')
    const letGo = hold()
    // So many at once that the first are forgotten before anybody is woken.
    const many = Array.from({ length: 5_000 }, (_, at) => record('input', 'k', String(at)))
    const appends = [log.append(many), log.append(many)]
    await until(async () => (await log.ends('input'))[0] === 0, 'nothing is durable')
    assert.equal(records.length, 0)
    letGo()
    await Promise.all(appends)
    await until(() => records.length === 10_000, 'all have come')
    assert.deepEqual(
      records.map(({ offset }) => offset),
      Array.from({ length: 10_000 }, (_, at) => at),
    )
    await log.close()
  })

  it('sees what the log has in the end, whatever fails for a while', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const step = fc.record({ values: fc.integer({ min: 1, max: 3 }), faults: fc.integer({ min: 0, max: 2 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const { log, fail } = openHeldLog()
        const seen: LogRecord[] = []
        await join(log, 'input', {
          async onRecords(_, batch) {
            seen.push(...batch)
            for (const { key, value } of batch) void passed(key, value)
          },
        })
        const acknowledged: string[] = []
        let waiting = 0
        let count = 0
        /** A stage: says it again until it is taken. */
        async function passed(key: string, value: Uint8Array | null): Promise<void> {
          waiting += 1
          while (!(await isKept(log.append([{ topic: 'output', key, value }])))) await nextTurn()
          waiting -= 1
        }
        for (const { values, faults } of steps) {
          fail(...Array.from({ length: faults }, (): LogErrorCode => 'log-unavailable'))
          const named = Array.from({ length: values }, () => `v${(count += 1)}`)
          const isTaken = await isKept(log.append(named.map((value) => record('input', value, value))))
          if (isTaken) acknowledged.push(...named)
        }
        await passTime(t, () => waiting === 0, 'everything is passed on')
        const durable = await texts(log, 'input')
        assert.deepEqual(seen.map(textOf), durable)
        assert.deepEqual(
          durable.filter((text) => acknowledged.includes(text ?? '')),
          acknowledged,
        )
        assert.deepEqual(new Set(await texts(log, 'output')), new Set(durable))
        await log.close()
      }),
      { numRuns: 50 },
    )
  })
})
