import { BankError } from './bank-error.ts'

/** A booking; amounts in cents. */
export type Booking = {
  readonly id: string
  readonly date: string
  readonly text: string
  readonly account: string
  readonly cents: number
}

/** An account and its balance in cents. */
export type Account = { readonly id: string; readonly name: string; readonly number: string; readonly cents: number }

/** The money of all customers, in memory. */
export type Ledger = {
  readonly overview: (user: string) => { readonly accounts: readonly Account[]; readonly bookings: readonly Booking[] }
  /** Throws `invalid-request` for an amount that is not there. */
  readonly check: (user: string, cents: number) => void
  /** Throws as `check`. */
  readonly transfer: (
    user: string,
    order: { readonly to: string; readonly cents: number; readonly text: string },
  ) => Booking
}

const openingBookings: readonly (readonly [daysAgo: number, text: string, cents: number])[] = [
  [0, 'Bakery Morgenrot', -640],
  [1, 'Grocer Grünkern', -4_385],
  [2, 'Public transport, monthly ticket', -5_800],
  [4, 'Salary', 318_240],
  [5, 'Rent', -98_000],
  [7, 'Electricity', -6_150],
]

/** Opens the books. */
export const createLedger = (now: () => number): Ledger => {
  const books = new Map<string, { cents: number; readonly savings: number; bookings: Booking[] }>()
  const dayOf = (daysAgo: number): string => new Date(now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
  let count = 0

  const bookOf = (user: string) => {
    const known = books.get(user)
    if (known !== undefined) return known
    const bookings = openingBookings.map(([daysAgo, text, cents]) => ({
      id: `b-${++count}`,
      date: dayOf(daysAgo),
      text,
      account: 'Everyday',
      cents,
    }))
    const opened = { cents: 284_517, savings: 1_250_000, bookings }
    books.set(user, opened)
    return opened
  }

  const check = (user: string, cents: number): void => {
    if (!Number.isSafeInteger(cents) || cents <= 0) throw new BankError('invalid-request', 'Please enter an amount.')
    if (cents > bookOf(user).cents) throw new BankError('invalid-request', 'There is not enough money in the account.')
  }

  return {
    check,
    overview: (user) => {
      const book = bookOf(user)
      return {
        accounts: [
          { id: 'everyday', name: 'Everyday', number: 'DE02 1203 0000 0000 2020 51', cents: book.cents },
          { id: 'savings', name: 'Savings', number: 'DE02 5001 0517 0137 0750 30', cents: book.savings },
        ],
        bookings: book.bookings.slice(0, 12),
      }
    },
    transfer: (user, { to, cents, text }) => {
      check(user, cents)
      const book = bookOf(user)
      const line = text === '' ? `To ${to}` : `To ${to}: ${text}`
      const booking = { id: `b-${++count}`, date: dayOf(0), text: line, account: 'Everyday', cents: -cents }
      book.cents -= cents
      book.bookings.unshift(booking)
      return booking
    },
  }
}
