import type { EventLog } from '@watchword/event-log'
import type { PartitionSave, StateStore } from '../state-store.ts'

/** A process that dies at its nth step: what it asks for after that is never answered and has no effect. */
export interface Mortal {
  readonly dead: boolean
  die(): void
  log(log: EventLog): EventLog
  store(store: StateStore): StateStore
}

const never = new Promise<never>(() => undefined)

/** `kept` says how many records of an append that is cut short reach the log. */
export function createMortal(diesAt: number, kept: (records: number) => number): Mortal {
  let steps = 0
  let dead = false
  const death = Promise.withResolvers<void>()

  function die(): void {
    dead = true
    death.resolve()
  }

  /** Resolves when the process lives on. */
  function step(): Promise<void> {
    if (!dead) steps += 1
    if (steps >= diesAt) die()
    return dead ? never : Promise.resolve()
  }

  function alive<T>(value: T): Promise<T> {
    return dead ? never : Promise.resolve(value)
  }

  return {
    get dead() {
      return dead
    },
    die,
    log: (log) => ({
      ...log,
      async append(records) {
        await step()
        if (steps + 1 >= diesAt) {
          const part = records.slice(0, kept(records.length))
          if (part.length > 0) await log.append(part)
        }
        await step()
        const positions = await log.append(records)
        await step()
        return alive(positions)
      },
      begins: async (topic) => alive(await log.begins(topic)),
      ends: async (topic) => alive(await log.ends(topic)),
      read: async (...place) => alive(await log.read(...place)),
      async join(options) {
        const member = await log.join({
          ...options,
          onAssigned: async (partition) => (dead ? never : options.onAssigned(partition)),
          onRecords: async (partition, records) => {
            if (!dead) await Promise.race([options.onRecords(partition, records), death.promise])
          },
          onRevoked: async (partition) => (dead ? undefined : options.onRevoked(partition)),
        })
        return {
          async commit(partition, nextOffset) {
            await step()
            await member.commit(partition, nextOffset)
            await step()
          },
          durable: (partition, offset) => member.durable(partition, offset),
          holds: (partition) => member.holds(partition),
          stop: () => member.stop(),
        }
      },
    }),
    store: (store) => ({
      ...store,
      async save(save) {
        await step()
        await store.save({ ...save, rows: await stepping(save) })
        await step()
      },
    }),
  }

  /** Dies while the rows are being written, too: none of them is then saved. */
  async function stepping({ rows }: PartitionSave): Promise<PartitionSave['rows']> {
    const taken = [...rows]
    for (const _ of taken) await step()
    return taken
  }
}
