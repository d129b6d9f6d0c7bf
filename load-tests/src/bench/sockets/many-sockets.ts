import type { Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { processorSeconds } from '../measure/processor-time.ts'
import { fleetOf, numbered, type Server, startBareServer, startGuardServer } from './servers.ts'

export const idleSockets = 18_000
export const stormSockets = 15_000
/** Users who are locked while everybody is away. */
export const lockedMeanwhile = 1_000

type Measured = Readonly<{
  perGiB: number
  bytesEach: number
  stormMs: number
  processorMicros: number
  missed: number
}>

const heardWithinMs = 60_000

/** Idle connections and a storm of them, each round in a new process: what one gives back depends on what it did before. */
export async function manySockets(): Promise<
  Readonly<{ comparisons: readonly Comparison[]; missed: readonly number[]; bytesEach: readonly number[] }>
> {
  const rounds = await interleave(
    () => measure(startGuardServer),
    () => measure(startBareServer),
  )
  const comparison = (name: string, what: keyof Measured, unit: string, aims: Comparison['aims']): Comparison => ({
    name,
    product: { label: 'session-guard', unit, values: rounds.product.map((round) => round[what]) },
    baseline: { label: 'bare ws', unit, values: rounds.baseline.map((round) => round[what]) },
    aims,
  })
  return {
    comparisons: [
      comparison('idle connections in a GiB', 'perGiB', 'connections', [{ of: 'ratio', atLeast: 0.7 }]),
      comparison('resident memory of an idle connection', 'bytesEach', 'bytes', [{ of: 'product', atMost: 8_192 }]),
      comparison('a storm, until the last has its state', 'stormMs', 'ms', [{ of: 'ratio', atMost: 2 }]),
      comparison('a storm, processor time of the server a connection', 'processorMicros', 'µs', []),
    ],
    missed: rounds.product.map(({ missed }) => missed),
    bytesEach: rounds.product.map(({ bytesEach }) => bytesEach),
  }
}

async function measure(start: () => Promise<Server>): Promise<Measured> {
  const server = await start()
  try {
    const before = await residentBytes(server)
    const idle = fleetOf(server, numbered(idleSockets))
    await idle.connect()
    const bytesEach = ((await residentBytes(server)) - before) / idleSockets
    await server.ask('cut')
    await idle.missing(({ socket }) => socket === undefined, heardWithinMs)

    const storm = fleetOf(server, numbered(stormSockets))
    const locked = new Set(storm.subscribers.slice(0, lockedMeanwhile).map(({ user }) => user))
    await server.ask('demand', { users: [...locked], session: 's-1', reasonLength: 40 })
    const spent = processorSeconds(server.pid)
    const stormMs = await storm.connect()
    const processorMicros = ((processorSeconds(server.pid) - spent) * 1e6) / stormSockets
    const knows = ({ user, seq }: { user: string; seq: number }): boolean => seq === (locked.has(user) ? 1 : 0)
    const missed = server.ready.key === undefined ? 0 : await storm.missing(knows, heardWithinMs)
    storm.close()
    return { perGiB: 2 ** 30 / bytesEach, bytesEach, stormMs, processorMicros, missed }
  } finally {
    await server.stop()
  }
}

async function residentBytes(server: Server): Promise<number> {
  return Number(await server.ask('residentBytes'))
}
