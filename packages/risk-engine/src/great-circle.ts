/** Mean radius of the earth in kilometres. */
const earthRadiusKm = 6371.0088
const radians = Math.PI / 180

/** A point on the earth in degrees. */
export interface Point {
  readonly latitude: number
  readonly longitude: number
}

/** Haversine distance of two points in kilometres. */
export function greatCircleKm(from: Point, to: Point): number {
  const sinLatitude = Math.sin(((to.latitude - from.latitude) * radians) / 2)
  const sinLongitude = Math.sin(((to.longitude - from.longitude) * radians) / 2)
  const chord =
    sinLatitude * sinLatitude +
    Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * sinLongitude * sinLongitude
  // Rounding can push antipodes a hair above 1, where asin is not defined.
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(Math.min(1, chord)))
}
