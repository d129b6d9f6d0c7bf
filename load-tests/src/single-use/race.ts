import type { ApiClient } from '../campaign/api-client.ts'
import { forEachWide } from '../campaign/eventually.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { approvalContest } from './approval.ts'
import { recoveryCodeContest, totpContest } from './codes.ts'
import type { Contest, MakeContests } from './contest.ts'
import { assertionContest } from './passkey.ts'
import { ticketContest } from './ticket.ts'

/** All that is good once. */
export const contests = {
  assertion: assertionContest,
  totp: totpContest,
  ticket: ticketContest,
  approval: approvalContest,
  'recovery-code': recoveryCodeContest,
} as const satisfies Record<string, MakeContests>

export type ContestName = keyof typeof contests

export type RaceConfig = Readonly<{
  /** Of each kind; every one with a user of its own. */
  rounds: number
  kinds: readonly ContestName[]
  /** Uses at the same time. */
  uses: number
  /** Rounds that are made ready at the same time. */
  width: number
}>

export type RaceDeps = Readonly<{
  /** Of every guard, which repeat what had no answer; the uses of a round are spread over them. */
  guards: readonly ApiClient[]
  /** No other campaign on this platform has users of this name. */
  prefix: string
  verdicts: Verdicts
  /** Which guard a use goes to. */
  random: SeededRandom
  /** No more rounds are begun once it says so. */
  isOver?: () => boolean
  /** Hears of every round that is over. */
  onRound?: (what: string) => void
  /** Hears of a round whose answers came when nothing was good any more: it shows nothing. */
  onLate?: (what: string) => void
}>

/**
 * In each round many use the same thing at the same time, through every guard: one of them succeeds, and the others are told why not. The
 * next ones are made ready meanwhile.
 */
export async function raceForOneUse({ rounds, kinds, uses, width }: RaceConfig, deps: RaceDeps): Promise<void> {
  const { guards, prefix, random } = deps
  const inTurn = createTurns()
  const all = Array.from({ length: rounds }, (_, index) => kinds.map((kind) => ({ kind, round: index + 1 }))).flat()
  await forEachWide(all, width, async ({ kind, round }) => {
    if (deps.isOver?.() === true) return
    const user = `${prefix}-${kind}-${round}`
    const made = contests[kind]({ api: random.pick(guards), everywhere: guards, user, round })
    for await (const [what, contest] of made) {
      await inTurn(() => race({ name: `${user}: ${what}`, what, contest, uses }, deps))
      deps.onRound?.(what)
    }
  })
}

type Race = Readonly<{ name: string; what: string; contest: Contest; uses: number }>

async function race(
  { name, what, contest, uses }: Race,
  { guards, verdicts, random, onLate }: RaceDeps,
): Promise<void> {
  const { use, accepted, refused, goodForMs = Number.POSITIVE_INFINITY } = contest
  const began = performance.now()
  const answers = await Promise.all(
    Array.from({ length: uses }, async (_, index) => {
      const outcome = await use(random.pick(guards), index)
      return outcome.cut ? 'cut' : outcome.status
    }),
  )
  const succeeded = answers.filter((status) => status === accepted).length
  const told = (): string => `${name}: ${JSON.stringify(counted(answers))}`
  const isLate = succeeded === 0 && performance.now() - began > goodForMs
  if (isLate) onLate?.(what)
  else verdicts.expect(`${uses} uses of ${what} at once succeed once`, succeeded === 1, told)
  const expected: readonly (number | 'cut')[] = [accepted, ...refused]
  verdicts.expect(
    'the others are refused as the interface says',
    answers.every((one) => expected.includes(one)),
    told,
  )
}

/** One after the other, in the order of asking. */
function createTurns(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    // Whoever asked hears of a fault; the next one has its turn all the same.
    last = done.catch(() => undefined)
    return done
  }
}

function counted(answers: readonly (number | 'cut')[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(answers, String)
  return Object.fromEntries([...groups].map(([answer, all]) => [answer, all.length]))
}
