import type { Clickhouse } from '@watchword/clickhouse'
import { carrierOf, nearPlaces, ofPlace, vpnExit } from './places.ts'

/** People who do their work, and nothing else; the same numbers give the same rows. */
export type PlainDays = Readonly<{
  tenant: string
  /** How many people there are: `user-0000000` and so on. */
  users: number
  /** The last of the days, such as `2026-11-19`; a working day if something is to happen on it. */
  lastDay: string
  days: number
  /** What the busiest do on a day; the others half of it and more. */
  activitiesPerDay: number
  /** Which of the activities have their assessment: all, or those above LOW. */
  assessed: 'all' | 'above-low'
}>

/** Rows of the statement that one insert makes: so many fit into the memory of a small server. */
const numbersPerInsert = 4_000_000

/** Stores what people do on plain days; `first` is the first of them. */
export async function insertActivities(
  client: Clickhouse,
  plain: PlainDays & Readonly<{ first: string }>,
): Promise<void> {
  const numbers = plain.users * plain.days * (plain.activitiesPerDay + mistypedMax)
  for (let from = 0; from < numbers; from += numbersPerInsert)
    await client.command(statement, {
      parameters: { ...plain, from, count: Math.min(numbersPerInsert, numbers - from) },
      settings: { max_partitions_per_insert_block: '0' },
    })
}

const mistypedMax = 2

/** Of what is drawn, the same for the same: below 1. */
function drawn(of: string, salt: string): string {
  return `(sipHash64(${of}, '${salt}') / 18446744073709551616.)`
}

function oneOf(of: string, salt: string, count: number | string): string {
  return `toInt32(sipHash64(${of}, '${salt}') % ${count})`
}

/** Near to normal with a deviation of one, and never beyond 3.5 of them (Irwin and Hall: twelve times the variance of four uniform ones, by their number). */
const normal = `((${[1, 2, 3, 4].map((each) => drawn('person, day_number', `n${each}`)).join(' + ')} - 2) * sqrt(3))`

const isTrip = `home <= ${nearPlaces} AND ${drawn('person, intDiv(day_number, 3)', 'trip')} < 0.02`

const statement = `INSERT INTO activities
  (tenant, app, user, session, at, partition, offset, id, type, outcome, device, fingerprint, ip, country, asn, network, browser, os, device_type,
   action, resource, sensitivity, action_count, city, latitude, longitude, accuracy_km, peers)
  WITH
    toInt32(number % {users:UInt32}) AS person, toInt32(intDiv(number, {users:UInt32}) % {days:UInt32}) AS day_number,
    toInt32(intDiv(number, {users:UInt32} * {days:UInt32})) AS step, {activitiesPerDay:Int32} AS steps,
    addDays(toDate({first:String}), day_number) AS date, toDayOfWeek(date) >= 6 AS is_weekend,
    greatest(2, toInt32(steps * (0.5 + 0.5 * ${drawn('person', 'eager')}))) AS own_steps,
    step - steps AS mistyped,
    ${drawn('person, day_number', 'works')} < if(is_weekend, 0.12, 0.93) AS works,
    (${drawn('person, day_number', 'mistypes')} < 0.06 AND (mistyped = 0 OR ${drawn('person, day_number', 'twice')} < 0.3)) AS mistypes,
    (NOT works AND ${drawn('person, day_number', 'gives up')} < 0.003) AS gives_up,
    if(${drawn('person', 'capital')} < 0.4, 1, 1 + ${oneOf('person', 'home', nearPlaces + 1)}) AS home,
    (${isTrip}) AS is_trip, is_trip AND day_number % 3 = 0 AND step * 2 < own_steps AS is_before_trip,
    if(is_trip AND NOT is_before_trip, 1 + ${oneOf('person, intDiv(day_number, 3)', 'away', nearPlaces)}, home) AS place,
    place != home AS is_away, step % 5 = 1 AND sipHash64(person, 'vpn') % 33 = 0 AS is_vpn,
    (NOT is_weekend AND NOT is_away AND ${drawn('person, day_number', 'office')} < 0.6) AS is_office,
    (NOT is_office AND NOT is_away AND intDiv(person, 2) % 50 = 0) AS is_family,
    27000 + 7200 * ${drawn('person, day_number', 'begins')} AS begins,
    multiIf(mistyped >= 0, begins - 25 * (mistyped + 1), begins + 32400 * step / own_steps + 20 * ${drawn('number', 'jitter')})
      + if(is_trip AND day_number % 3 = 0 AND NOT is_before_trip AND mistyped < 0, 14400, 0) AS second,
    arrayElement(['teller', 'support', 'analyst', 'manager'], 1 + ${oneOf('person', 'role', 4)}) AS role,
    mistyped >= 0 OR step = 0 AS is_login, step = 2 AND role = 'analyst' AND NOT is_login AS is_export, step + 1 = own_steps AND step > 2 AS is_logout
  SELECT {tenant:String}, if(sipHash64(person, 'app') % 5 = 0, 'broker', 'bank'), concat('user-', leftPad(toString(person), 7, '0')),
    concat('s-', toString(person), '-', toString(day_number)),
    addMilliseconds(toDateTime64(date, 3, 'UTC'), toInt64(second * 1000)) AS at, toUInt16(person % 12), number, concat('plain-', toString(number)),
    multiIf(is_login, 'login', is_logout, 'logout', 'access'), if(mistyped >= 0, 'failed', 'succeeded'),
    if(is_family, concat('d-home-', toString(intDiv(person, 2))), concat('d-', toString(person), if(is_office OR is_away, '-desk', '-phone'))),
    if(sipHash64(person, 'image') % 5 = 0, 'fp-image-of-the-company', concat('fp-', toString(person))),
    toIPv6(multiIf(is_vpn, '185.65.134.7', is_office, concat('198.51.100.', toString(place)),
      is_away, concat('91.12.', toString(place), '.', toString(person % 50)),
      IPv4NumToString(toUInt32(1392508928 + intDiv(person, 6) * 16 + place)))),
    if(is_vpn, '${vpnExit.country}', ${ofPlace('country', 'place')}),
    multiIf(is_vpn, ${vpnExit.asn}, is_office, 64500 + place, ${carrierOf('place', "1 + toInt32(sipHash64(person, 'carrier') % 2)")}),
    multiIf(is_vpn, 'vpn', is_office, '', sipHash64(person, 'mobile') % 3 = 0, 'mobile', 'residential'),
    arrayElement(['Chrome', 'Firefox', 'Safari', 'Edge'], 1 + ${oneOf('person', 'browser', 4)}),
    arrayElement(['Windows', 'macOS', 'Linux', 'iOS', 'Android'], 1 + ${oneOf('person', 'os', 5)}), if(is_office, 'desktop', 'mobile'),
    multiIf(is_login OR is_logout, '', is_export, 'export', arrayElement(['view', 'search', 'update', 'transfer'], 1 + ${oneOf('number', 'action', 4)})) AS action,
    if(action = '', '', concat('/accounts/', toString(sipHash64(number) % 5000))), if(action = 'transfer', 'high', ''),
    if(is_export, round(exp(log(200 + sipHash64(person, 'exports') % 800) + 0.4 * ${normal})), if(action = '', 0, 1)),
    if(is_vpn, '${vpnExit.city}', ${ofPlace('city', 'place')}), if(is_vpn, ${vpnExit.latitude}, ${ofPlace('latitude', 'place')}),
    if(is_vpn, ${vpnExit.longitude}, ${ofPlace('longitude', 'place')}), 10, role
  FROM numbers({from:UInt64}, {count:UInt64})
  WHERE if(mistyped >= 0, (works AND mistypes) OR (gives_up AND mistyped = 0), works AND step < own_steps)`
