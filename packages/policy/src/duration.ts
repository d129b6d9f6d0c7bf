const form =
  /^P(?=.)(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,3})?)S)?)?)$/

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds in milliseconds; undefined for anything else, also for months and years, which have no fixed length. */
export function durationMs(text: string): number | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  return Math.round(
    (((weeks ?? 0) * 7 + (days ?? 0)) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000,
  )
}
