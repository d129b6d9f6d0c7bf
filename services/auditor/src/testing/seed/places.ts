/** Where the people of the seeded days live, work and travel to; the last one is across an ocean. */
const places = [
  { city: 'Berlin', country: 'DE', latitude: 52.52, longitude: 13.4, carriers: [3320, 6805] },
  { city: 'Hamburg', country: 'DE', latitude: 53.55, longitude: 9.99, carriers: [3320, 3209] },
  { city: 'Munich', country: 'DE', latitude: 48.14, longitude: 11.58, carriers: [3320, 8767] },
  { city: 'Paris', country: 'FR', latitude: 48.86, longitude: 2.35, carriers: [3215, 12322] },
  { city: 'London', country: 'GB', latitude: 51.51, longitude: -0.13, carriers: [2856, 5607] },
  { city: 'Madrid', country: 'ES', latitude: 40.42, longitude: -3.7, carriers: [3352, 12479] },
  { city: 'Vienna', country: 'AT', latitude: 48.21, longitude: 16.37, carriers: [8447, 8412] },
  { city: 'Zurich', country: 'CH', latitude: 47.38, longitude: 8.54, carriers: [3303, 6730] },
  { city: 'New York', country: 'US', latitude: 40.71, longitude: -74.01, carriers: [701, 7922] },
] as const

/** How many of them are within a few hours of each other: from the first on. */
export const nearPlaces = places.length - 1

/** Where the VPN of the company comes out. */
export const vpnExit = { city: 'Amsterdam', country: 'NL', latitude: 52.37, longitude: 4.9, asn: 9009 } as const

type Column = 'city' | 'country' | 'latitude' | 'longitude'

/** SQL for a column of the place whose number, from 1, the SQL `index` gives. */
export function ofPlace(column: Column, index: string): string {
  const values = places.map((place) => (typeof place[column] === 'string' ? `'${place[column]}'` : place[column]))
  return `arrayElement([${values.join(', ')}], ${index})`
}

/** SQL for the number of one of the carriers of a place; `which` is 1 or 2. */
export function carrierOf(index: string, which: string): string {
  return `arrayElement(arrayElement([${places.map(({ carriers }) => `[${carriers.join(', ')}]`).join(', ')}], ${index}), ${which})`
}
