import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from '@watchword/service-kit'
import { open, type Reader, type Response } from 'maxmind'
import { type GeoFacts, geoFactsOf, noGeoFacts } from './geo-facts.ts'

/** MMDB files, asked in order; the first that knows a field says it. */
export interface GeoDatabases {
  of(ip: string): GeoFacts
  /** Names and dates of the files. */
  readonly version: string
}

type Database = Readonly<{ name: string; reader: Reader<Response> }>

/** What a configuration calls the country database that comes along. */
const bundled = 'bundled'
const bundledFile = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

/** Opens the files, or without any the country database of the package above. Rejects when one cannot be read. */
export async function openGeoDatabases(files: readonly string[], logger: Logger): Promise<GeoDatabases> {
  const named = files.length > 0 ? files : [bundled]
  const databases = await Promise.all(named.map((file) => openDatabase(file === bundled ? pathOfBundled() : file)))
  const version = databases.map(({ name, reader }) => `${name}@${dayOf(reader)}`).join(' ')
  if (named.includes(bundled))
    logger.warn(
      { databases: version },
      'bundled geo database in use: countries only, no places and no ASN, and its publisher says that part of its data is wrong; configure ingest.geo.databases',
    )
  else logger.info({ databases: version }, 'geo databases opened')
  return {
    version,
    of(ip) {
      let facts = noGeoFacts
      for (const { reader } of databases) facts = merged(facts, geoFactsOf(reader.get(ip)))
      return facts
    },
  }
}

function pathOfBundled(): string {
  return fileURLToPath(import.meta.resolve(bundledFile))
}

async function openDatabase(path: string): Promise<Database> {
  return { name: basename(path, '.mmdb'), reader: await open(path) }
}

function dayOf(reader: Reader<Response>): string {
  return reader.metadata.buildEpoch.toISOString().slice(0, 10)
}

// Coordinates of one database with the accuracy of another would be nobody's.
function merged(first: GeoFacts, second: GeoFacts): GeoFacts {
  const place = first.latitude === null ? second : first
  return {
    country: first.country ?? second.country,
    region: first.region ?? second.region,
    city: first.city ?? second.city,
    latitude: place.latitude,
    longitude: place.longitude,
    accuracyKm: place.accuracyKm,
    asn: first.asn ?? second.asn,
  }
}
