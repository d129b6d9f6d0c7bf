/** Somebody at a keyboard somewhere; the fields are those of an activity. */
export type Somebody = Readonly<{
  device?: string
  fingerprint?: string
  ip: string
  userAgent: string
  network: Readonly<Record<string, string | number>>
}>

/** Alice at home. The addresses are documentation addresses (RFC 5737), so their place is told and not looked up. */
export const alice: Somebody = {
  device: 'd-alice-laptop',
  fingerprint: 'fp-alice-firefox',
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  network: {
    country: 'DE',
    region: 'BE',
    city: 'Berlin',
    latitude: 52.52,
    longitude: 13.405,
    accuracyKm: 20,
    asn: 3320,
    type: 'residential',
  },
}

/** Somebody who has a copy of Alice's cookies, the device cookie among them, and sits elsewhere. */
export const thief: Somebody = {
  device: 'd-alice-laptop',
  fingerprint: 'fp-somebody-chrome',
  ip: '198.51.100.23',
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  network: {
    country: 'BR',
    city: 'São Paulo',
    latitude: -23.55,
    longitude: -46.63,
    accuracyKm: 20,
    asn: 64_511,
    type: 'hosting',
  },
}
