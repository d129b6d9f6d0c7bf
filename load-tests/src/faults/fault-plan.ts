import { type ServiceName, serviceNames } from '@watchword/tools/cluster'
import type { SeededRandom } from '../campaign/seeded-random.ts'

/** A process of a service: `{ service: 'scorer', index: 0 }` is scorer-1. */
export type Place = Readonly<{ service: ServiceName; index: number }>

/** What is done to the platform; `forMs` is how long something stands still or is away. */
export type Fault =
  | Readonly<{ kind: 'kill' | 'leave'; place: Place }>
  | Readonly<{ kind: 'pause'; place: Place; forMs: number }>
  | Readonly<{ kind: 'broker' | 'registry' | 'clickhouse'; forMs: number }>

export type FaultKind = Fault['kind']

/** A fault, and how long after the one before it begins. */
export type PlannedFault = Readonly<{ fault: Fault; afterMs: number }>

/** Of a hundred faults. */
const shares: Readonly<Record<FaultKind, number>> = {
  kill: 28,
  pause: 28,
  leave: 20,
  broker: 10,
  registry: 7,
  clickhouse: 7,
}

/** A member that has not been heard of for 6 s loses its partitions. */
const shortPauseMs = [500, 4_500] as const
const longPauseMs = [8_000, 16_000] as const
const brokerAwayMs = [500, 12_000] as const
const registryAwayMs = [2_000, 10_000] as const
/** Soon enough that what went before is often not over yet. */
const betweenMs = [500, 9_000] as const

export type FaultPlanConfig = Readonly<{
  faults: number
  replicas: number
  /** For how long, at least and at most. */
  clickhouseAwayMs: readonly [number, number]
}>

/** Draws that many faults: of every kind its share, and one at least where there are so many. */
export function drawFaults(config: FaultPlanConfig, random: SeededRandom): readonly PlannedFault[] {
  return shuffled(kindsOf(config.faults), random).map((kind) => ({
    fault: drawFault(kind, config, random),
    afterMs: random.between(...betweenMs),
  }))
}

/** What a fault is, in one line. */
export function describe(fault: Fault): string {
  if (!('forMs' in fault)) return `${fault.kind === 'kill' ? 'kill -9' : 'SIGTERM'} of ${nameOf(fault.place)}`
  if ('place' in fault) return `SIGSTOP of ${nameOf(fault.place)} for ${fault.forMs} ms`
  return `kill -9 of the ${fault.kind}, away for ${fault.forMs} ms`
}

export function nameOf({ service, index }: Place): string {
  return `${service}-${index + 1}`
}

function kindsOf(count: number): readonly FaultKind[] {
  const kinds = Object.keys(shares) as FaultKind[]
  const every = kinds.slice(0, count)
  // The rest by the shares, the one that is furthest behind first.
  const all: FaultKind[] = [...every]
  while (all.length < count) {
    const behind = kinds.map((kind) => [kind, shares[kind] / (1 + all.filter((one) => one === kind).length)] as const)
    all.push(behind.reduce((most, one) => (one[1] > most[1] ? one : most))[0])
  }
  return all
}

function drawFault(kind: FaultKind, config: FaultPlanConfig, random: SeededRandom): Fault {
  if (kind === 'kill' || kind === 'leave') return { kind, place: drawPlace(config, random) }
  if (kind === 'pause') {
    const [least, most] = random.chance(0.5) ? shortPauseMs : longPauseMs
    return { kind, place: drawPlace(config, random), forMs: random.between(least, most) }
  }
  const [least, most] = { broker: brokerAwayMs, registry: registryAwayMs, clickhouse: config.clickhouseAwayMs }[kind]
  return { kind, forMs: random.between(least, most) }
}

function drawPlace({ replicas }: FaultPlanConfig, random: SeededRandom): Place {
  return { service: random.pick(serviceNames), index: random.between(0, replicas - 1) }
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): readonly Item[] {
  const left = [...items]
  return items.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as Item)
}
