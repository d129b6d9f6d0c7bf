/** What a browser tells about itself without being asked for permission. */
export type Components = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** One text for equal components, whatever their order; what is missing is left out. */
export const canonicalComponents = (components: Components): string =>
  JSON.stringify(
    Object.entries(components)
      .filter(([, value]) => value !== undefined)
      .toSorted(([first], [second]) => (first < second ? -1 : 1)),
  )
