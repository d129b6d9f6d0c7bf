/** What an MMDB file knows of an address. */
export type GeoFacts = Readonly<{
  country: string | null
  region: string | null
  city: string | null
  latitude: number | null
  longitude: number | null
  accuracyKm: number | null
  asn: number | null
}>

export const noGeoFacts: GeoFacts = {
  country: null,
  region: null,
  city: null,
  latitude: null,
  longitude: null,
  accuracyKm: null,
  asn: null,
}

/** Reads a record in the layout of MaxMind (City, Country, ASN) or of ip-location-db (flat). */
export function geoFactsOf(record: unknown): GeoFacts {
  if (!isObject(record)) return noGeoFacts
  const latitude = numberAt(record, ['location', 'latitude'], ['latitude'])
  const longitude = numberAt(record, ['location', 'longitude'], ['longitude'])
  const placed = latitude !== null && longitude !== null
  const country = textAt(record, ['country', 'iso_code'], ['country_code'], ['registered_country', 'iso_code'])
  return {
    country: country === null || !/^[A-Za-z]{2}$/.test(country) ? null : country.toUpperCase(),
    region: textAt(record, ['subdivisions', '0', 'iso_code'], ['subdivisions', '0', 'names', 'en'], ['state1']),
    city: textAt(record, ['city', 'names', 'en'], ['city']),
    latitude: placed ? latitude : null,
    longitude: placed ? longitude : null,
    accuracyKm: placed ? numberAt(record, ['location', 'accuracy_radius']) : null,
    asn: numberAt(record, ['autonomous_system_number'], ['asn']),
  }
}

function textAt(record: object, ...paths: readonly (readonly string[])[]): string | null {
  for (const path of paths) {
    const value = valueAt(record, path)
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

// ip-location-db writes some numbers as text.
function numberAt(record: object, ...paths: readonly (readonly string[])[]): number | null {
  for (const path of paths) {
    const value = valueAt(record, path)
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
  }
  return null
}

function valueAt(record: object, path: readonly string[]): unknown {
  let value: unknown = record
  for (const step of path) value = isObject(value) ? value[step] : undefined
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
