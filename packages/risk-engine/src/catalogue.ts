/** `hard`: somebody acts oddly; `familiarity`: not seen often yet; `soft`: a trifle, capped together with its like. */
export type SignalClass = 'hard' | 'familiarity' | 'soft'

/** What the reference says of a signal. */
export interface SignalDescription {
  readonly description: string
  readonly class: SignalClass
  /** Default points, the highest tier first; the description says what the tiers are. */
  readonly points: readonly number[]
  /** `app`: the code comes from the app's own detectors. */
  readonly source: 'engine' | 'app'
  /** Its presence refuses an untrained user the enrolment of a first factor. */
  readonly refusesEnrolment: boolean
}

function familiarity(points: readonly number[], description: string): SignalDescription {
  return { description, class: 'familiarity', points, source: 'engine', refusesEnrolment: false }
}

function hard(points: readonly number[], description: string): SignalDescription {
  return { description, class: 'hard', points, source: 'engine', refusesEnrolment: false }
}

function refusing(points: readonly number[], description: string): SignalDescription {
  return { description, class: 'hard', points, source: 'engine', refusesEnrolment: true }
}

function reported(points: readonly number[], refusesEnrolment: boolean, description: string): SignalDescription {
  return { description, class: 'hard', points, source: 'app', refusesEnrolment }
}

/** Every signal code the engine itself can emit, with its meaning and default points. */
export const signalCatalogue = {
  'context.compromised': refusing(
    [70, 40, 10],
    'An earlier activity from there was somebody else, as an operator or the user said, and no verification or operator has vouched for it since: same device, fingerprint, or address and client program / same address / same client program.',
  ),
  'device.unknown': familiarity(
    [58],
    'The device has never been learned for this user, or is missing though every learned login had one.',
  ),
  'device.known': familiarity([1], 'The device has been learned once or twice.'),
  'device.shared': familiarity(
    [36, 6],
    'Another user has been seen on the device: known device / established or unknown device.',
  ),
  'device.owned-by-other': familiarity(
    [36, 6],
    'The app has named an owner of the device who is not the user, in the place of `device.shared`: known device / established or unknown device.',
  ),
  'device.mismatch': hard([50], 'A learned device id arrives from another operating system.'),
  'device.unavailable': familiarity([0], 'The activity names no device.'),
  'fingerprint.unknown': familiarity(
    [24, 12],
    'The fingerprint has never been learned for this user: with an unknown device / otherwise.',
  ),
  'fingerprint.known': familiarity([1], 'The fingerprint has been learned once or twice.'),
  'fingerprint.shared': familiarity([2], 'Another user has been seen with the fingerprint.'),
  'fingerprint.unavailable': familiarity([0], 'The activity carries no fingerprint.'),
  'ip.unknown': familiarity([20], 'The address has never been learned for this user.'),
  'ip.known': familiarity([1], 'The address has been learned once or twice.'),
  'ip.unavailable': familiarity([0], 'There is no public address to judge.'),
  'country.unknown': familiarity([20], 'The country has never been learned for this user.'),
  'country.known': familiarity(
    [1],
    'The country has been learned once or twice, or a shared hotspot stands in for it.',
  ),
  'country.unavailable': familiarity([0], 'The country of the address is not known.'),
  'country.blocked': refusing([20], 'The country is on the list of the policy.'),
  'travel.impossible': hard(
    [40, 20],
    'Nobody travels that fast from the last places: across a border / within one country.',
  ),
  'travel.unavailable': hard([0], 'There are no coordinates to compare with the last places.'),
  'network.reputation': refusing([20, 8], 'The address has a bad reputation: address not learned / learned.'),
  'network.type': hard(
    [35, 12],
    'The address belongs to Tor / to a VPN, proxy or hosting network, and is not established.',
  ),
  'network.unavailable': hard([0], 'Neither type nor reputation of the address is known.'),
  'session.agent-changed': refusing([55], 'Browser or operating system changed within a session.'),
  'session.agent-unavailable': hard([0], 'The client program cannot be compared with that of the session start.'),
  'session.network-changed': refusing(
    [15],
    'The network operator (or, if that is not known, the prefix) changed within a session.',
  ),
  'session.network-unavailable': hard([0], 'The network cannot be compared with that of the session start.'),
  'credential.recent-change': hard(
    [25],
    'In the last 24 hours a credential was changed or a factor added from a device that was not established, a factor was removed, an authenticator signed for another page or with a counter that had been used, or a passkey was backed up or is so no longer.',
  ),
  'login.failures': hard(
    [20, 12, 5],
    'Failed logins in about the last hour: ten and more / six to nine / three to five.',
  ),
  'user.dormant': { ...hard([8], 'More than 90 days have passed since the last learned login.'), class: 'soft' },
  'phishing-proxy': reported([100], true, 'The app saw a phishing proxy in the middle; overrides everything.'),
  'token-replay': reported([60], true, 'The app saw a token used from two places.'),
  'aitm.hard': reported(
    [100],
    true,
    'Proof of an adversary in the middle, such as a wrong origin; overrides everything.',
  ),
  'aitm.soft': reported([60], true, 'Traces of an adversary in the middle.'),
  'device-not-compliant': reported(
    [25, 15, 8],
    false,
    'The device broke the rules of its owner: severity high / medium / low.',
  ),
} as const satisfies Record<string, SignalDescription>

/** A code of the catalogue. */
export type SignalCode = keyof typeof signalCatalogue

/** Soft signals together never give more. */
export const softPointsMax = 25
