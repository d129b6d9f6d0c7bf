import { type ServiceName, serviceNames } from '@watchword/tools/cluster'
import type { SeededRandom } from '../campaign/seeded-random.ts'

/** A process of a service: `{ service: 'scorer', index: 0 }` is scorer-1. */
export type Place = Readonly<{ service: ServiceName; index: number }>

/** What is done to the platform; `forMs` is how long something stands still or is away. */
export type Fault =
  | Readonly<{ kind: 'kill' | 'leave'; place: Place }>
  | Readonly<{ kind: 'pause'; place: Place; forMs: number }>
  | Readonly<{ kind: 'broker' | 'registry' | 'clickhouse' | 'hung broker'; forMs: number }>

export type FaultKind = Fault['kind']

/** A fault, and how long after the one before it begins: `overlapping` ones whatever has come of that, the others only when the platform works. */
export type PlannedFault = Readonly<{ fault: Fault; afterMs: number; overlapping: boolean }>

/** What a campaign takes away: anything, or only those whom the others never wait for. */
export type FaultScope = 'everything' | 'observers'

/** Of a hundred faults. */
const shares: Readonly<Record<FaultKind, number>> = {
  kill: 26,
  pause: 26,
  leave: 18,
  broker: 10,
  registry: 7,
  clickhouse: 7,
  'hung broker': 6,
}

/** A third each: the auditors, the notifiers, their database; and nothing but `kill -9`. */
const observerShares: Readonly<Partial<Record<FaultKind, number>>> = { kill: 67, clickhouse: 33 }
const observers: readonly ServiceName[] = ['auditor', 'notifier']

/** A member that has not been heard of for 6 s loses its partitions. */
const shortPauseMs = [500, 4_500] as const
const longPauseMs = [8_000, 16_000] as const
const brokerAwayMs = [500, 12_000] as const
/** Shorter and longer than anybody waits for an answer. */
const brokerHungMs = [1_000, 20_000] as const
const registryAwayMs = [2_000, 10_000] as const
const betweenMs = [1_000, 6_000] as const
/** Soon enough that nobody has got over what went before. */
const overlapMs = [0, 3_000] as const
const overlappingShare = 0.3

export type FaultPlanConfig = Readonly<{
  faults: number
  scope: FaultScope
  replicas: number
  /** For how long, at least and at most. */
  clickhouseAwayMs: readonly [number, number]
}>

/** Draws that many faults: of every kind its share, and one at least where there are so many. */
export function drawFaults(config: FaultPlanConfig, random: SeededRandom): readonly PlannedFault[] {
  const of = config.scope === 'everything' ? shares : observerShares
  return shuffled(kindsOf(config.faults, of), random).map((kind) => {
    const overlapping = random.chance(overlappingShare)
    const [least, most] = overlapping ? overlapMs : betweenMs
    return { fault: drawFault(kind, config, random), afterMs: random.between(least, most), overlapping }
  })
}

/** What a fault is, in one line. */
export function describe(fault: Fault): string {
  if (!('forMs' in fault)) return `${fault.kind === 'kill' ? 'kill -9' : 'SIGTERM'} of ${nameOf(fault.place)}`
  if ('place' in fault) return `SIGSTOP of ${nameOf(fault.place)} for ${fault.forMs} ms`
  if (fault.kind === 'hung broker') return `SIGSTOP of the broker for ${fault.forMs} ms`
  return `kill -9 of the ${fault.kind}, away for ${fault.forMs} ms`
}

export function nameOf({ service, index }: Place): string {
  return `${service}-${index + 1}`
}

function kindsOf(count: number, of: Readonly<Partial<Record<FaultKind, number>>>): readonly FaultKind[] {
  const kinds = Object.keys(of) as FaultKind[]
  const every = kinds.slice(0, count)
  // The rest by the shares, the one that is furthest behind first.
  const all: FaultKind[] = [...every]
  while (all.length < count) {
    const behind = kinds.map(
      (kind) => [kind, (of[kind] ?? 0) / (1 + all.filter((one) => one === kind).length)] as const,
    )
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
  const [least, most] = {
    broker: brokerAwayMs,
    registry: registryAwayMs,
    clickhouse: config.clickhouseAwayMs,
    'hung broker': brokerHungMs,
  }[kind]
  return { kind, forMs: random.between(least, most) }
}

function drawPlace({ replicas, scope }: FaultPlanConfig, random: SeededRandom): Place {
  return {
    service: random.pick(scope === 'everything' ? serviceNames : observers),
    index: random.between(0, replicas - 1),
  }
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): readonly Item[] {
  const left = [...items]
  return items.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as Item)
}
