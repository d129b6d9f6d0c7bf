import { createActivityLoad } from './activity-load.ts'
import type { LoadDeps } from './load.ts'
import { createOperatorLoad } from './operator-load.ts'
import { createTheftLoad } from './theft-load.ts'
import { createTotpLoad } from './totp-load.ts'

/** The users whom operators lock and unlock. */
export const operatedUsers: readonly string[] = Array.from({ length: 24 }, (_, index) => `operated-${index + 1}`)

const operators = 8

/** The whole load: activities, operators of a few users each, thieves, and people with authenticators. Each runs until the load stops. */
export function createWorkers(load: LoadDeps): readonly (() => Promise<void>)[] {
  const own = (): LoadDeps => ({ ...load, random: load.random.fork() })
  const usersOf = (operator: number): readonly string[] =>
    operatedUsers.filter((_, index) => index % operators === operator)
  return [
    ...[0, 1, 2].map(() => createActivityLoad(own())),
    ...Array.from({ length: operators }, (_, operator) => createOperatorLoad(own(), usersOf(operator))),
    ...[0, 1].map(() => createTheftLoad(own())),
    ...[0, 1, 2].map(() => createTotpLoad(own())),
  ]
}
