/** A place on the network, as a bank's edge would know it. */
export type Place = {
  /** In words, for the page. */
  readonly label: string
  readonly ip: string
  readonly network: Readonly<Record<string, string | number>>
}

const place = (
  label: string,
  ip: string,
  [country, city, latitude, longitude, asn]: readonly [string, string, number, number, number],
): Place => ({
  label,
  ip,
  network: { country, city, latitude, longitude, accuracyKm: 20, asn, type: 'residential', reputation: 'ok' },
})

// The addresses are those that RFC 5737 keeps for documentation.
export const berlin: Place = place('Berlin, Germany', '203.0.113.7', ['DE', 'Berlin', 52.52, 13.405, 3320])
export const munich: Place = place('Munich, Germany', '203.0.113.80', ['DE', 'Munich', 48.137, 11.575, 3320])
export const saoPaulo: Place = place('São Paulo, Brazil', '198.51.100.23', ['BR', 'São Paulo', -23.55, -46.633, 28573])
export const sydney: Place = place('Sydney, Australia', '198.51.100.77', ['AU', 'Sydney', -33.869, 151.209, 1221])
export const warsaw: Place = place('Warsaw, Poland', '198.51.100.140', ['PL', 'Warsaw', 52.23, 21.012, 5617])
