/** What a signal means, for somebody who has never heard of risk engines. */
const words: Readonly<Record<string, string>> = {
  'device.unknown': 'a device never seen before',
  'device.known': 'a device seen once or twice',
  'device.shared': 'a device that others use too',
  'device.owned-by-other': 'a device of somebody else',
  'device.mismatch': 'a known device that suddenly runs another system',
  'device.unavailable': 'no device named',
  'fingerprint.unknown': 'a browser that looks different from the usual one',
  'fingerprint.known': 'a browser seen once or twice',
  'fingerprint.shared': 'a browser that looks like somebody else’s',
  'fingerprint.unavailable': 'no browser fingerprint sent',
  'ip.unknown': 'an internet address never used before',
  'ip.known': 'an internet address used once or twice',
  'country.unknown': 'a country never visited before',
  'country.known': 'a country seen once or twice',
  'country.blocked': 'a country the bank does not serve',
  'travel.impossible': 'nobody travels that fast from the last place',
  'network.reputation': 'an address with a bad reputation',
  'network.type': 'an address of a hosting or anonymising network',
  'session.agent-changed': 'another browser than the one that signed in',
  'session.network-changed': 'another internet provider than at sign-in',
  'credential.recent-change': 'a password or factor was changed a short while ago',
  'login.failures': 'several wrong passwords before',
  'user.dormant': 'nothing was heard for a long time',
  'token-replay': 'one session used from two places',
}

/** A signal in plain words; its code where there are none. */
export const explainSignal = (code: string): string => words[code] ?? code
