/** A row of the table `activities`, but for whose it is and where it stands. */
export type SeededActivity = Readonly<Record<string, string | number | null>>

/** The moment of a day before or after the seeded one, RFC 3339. */
export type Moment = (day: number, hour: number, minute?: number, second?: number) => string

export function momentsOf(date: string): Moment {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return (day, hour, minute = 0, second = 0) =>
    new Date(midnight + (((day * 24 + hour) * 60 + minute) * 60 + second) * 1000).toISOString()
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number)
}

/** Where many people of the plain days are. */
export const berlin = {
  ip: '83.1.2.3',
  country: 'DE',
  asn: 3320,
  city: 'Berlin',
  latitude: 52.52,
  longitude: 13.4,
  accuracy_km: 10,
} as const

/** Where some of them are. */
export const newYork = {
  ip: '73.1.2.3',
  country: 'US',
  asn: 701,
  city: 'New York',
  latitude: 40.71,
  longitude: -74.01,
  accuracy_km: 10,
} as const

/** Something that a user did at the app `bank`, from a device of their own unless it is said otherwise. */
export function activity(at: string, user: string, own: SeededActivity): SeededActivity {
  return {
    app: 'bank',
    user,
    session: `s-${user}`,
    at,
    type: 'access',
    outcome: 'succeeded',
    device: `d-${user}`,
    fingerprint: `fp-${user}`,
    network: 'residential',
    browser: 'Firefox',
    os: 'Linux',
    device_type: 'desktop',
    peers: 'teller',
    ...own,
  }
}
