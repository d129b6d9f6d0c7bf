import { scryptSync, timingSafeEqual } from 'node:crypto'
import type { Place } from './place.ts'
import { berlin, munich } from './place.ts'

/** A customer of the bank. `demoPassword` is on the sign-in page: this is a demo. */
export type Person = {
  readonly user: string
  readonly name: string
  readonly demoPassword: string
  /** Where the bank says this person's own browser is; addresses of one's own machine tell no place. */
  readonly home: Place
}

export const people: readonly Person[] = [
  { user: 'alice', name: 'Alice Winter', demoPassword: 'correct-horse', home: berlin },
  { user: 'bob', name: 'Bob Sommer', demoPassword: 'battery-staple', home: munich },
]

/** Checks passwords; an unknown user costs as much time as a wrong password. */
export type Passwords = { readonly check: (user: string, password: string) => Person | undefined }

/** Keeps salted scrypt hashes of the demo passwords. */
export const createPasswords = (randomBytes: (size: number) => Buffer): Passwords => {
  const hash = (password: string, salt: Buffer): Buffer => scryptSync(password, salt, 32)
  const kept = people.map((person) => {
    const salt = randomBytes(16)
    return { person, salt, hash: hash(person.demoPassword, salt) }
  })
  const stranger = { salt: randomBytes(16), hash: randomBytes(32) }
  return {
    check: (user, password) => {
      const known = kept.find(({ person }) => person.user === user)
      const { salt, hash: expected } = known ?? stranger
      const matches = timingSafeEqual(hash(password.slice(0, 256), salt), expected)
      return matches ? known?.person : undefined
    },
  }
}
