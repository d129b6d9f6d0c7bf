import { scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Place } from './place.ts'
import { berlin, munich } from './place.ts'

/** A customer of the bank, or a supervisor. `demoPassword` is on the sign-in page: this is a demo. */
export type Person = {
  readonly user: string
  readonly name: string
  readonly role: 'customer' | 'supervisor'
  readonly demoPassword: string
  /** Where the bank says this person's own browser is; addresses of one's own machine tell no place. */
  readonly home: Place
}

export const people: readonly Person[] = [
  { user: 'alice', name: 'Alice Winter', role: 'customer', demoPassword: 'correct-horse', home: berlin },
  { user: 'bob', name: 'Bob Sommer', role: 'customer', demoPassword: 'battery-staple', home: munich },
  { user: 'grace', name: 'Grace Herbst', role: 'supervisor', demoPassword: 'wise-old-owl', home: berlin },
]

const hashBytes = 32

/** Checks passwords; an unknown user costs as much time as a wrong password. */
export type Passwords = { readonly check: (user: string, password: string) => Promise<Person | undefined> }

/** Keeps salted scrypt hashes of the demo passwords. */
export const createPasswords = (randomBytes: (size: number) => Buffer): Passwords => {
  // Off the event loop: anybody may try passwords, and the platform's lock checks may run in this very process.
  const hash = promisify<string, Buffer, number, Buffer>(scrypt)
  const kept = people.map((person) => {
    const salt = randomBytes(16)
    return { person, salt, hash: scryptSync(person.demoPassword, salt, hashBytes) }
  })
  const stranger = { salt: randomBytes(16), hash: randomBytes(hashBytes) }
  return {
    check: async (user, password) => {
      const known = kept.find(({ person }) => person.user === user)
      const { salt, hash: expected } = known ?? stranger
      const matches = timingSafeEqual(await hash(password.slice(0, 256), salt, hashBytes), expected)
      return matches ? known?.person : undefined
    },
  }
}
