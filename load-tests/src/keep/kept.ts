/** A bench, or a scenario on a platform. */
type Named = Readonly<{ bench: string } | { scenario: string; platform: string }>

/** The committed runs of the benches, or of the scenarios. */
export type Reference = Readonly<{ note: string; benches?: readonly Named[]; loads?: readonly Named[] }>

export function isLoad(result: Named): boolean {
  return 'scenario' in result
}

/** The reference with this run in the place of the one of the same name, or at the end. */
export function kept(reference: Reference, result: Named): Reference {
  const list = isLoad(result) ? 'loads' : 'benches'
  const runs = reference[list] ?? []
  const place = runs.findIndex((run) => nameOf(run) === nameOf(result))
  return { ...reference, [list]: place === -1 ? [...runs, result] : runs.with(place, result) }
}

function nameOf(run: Named): string {
  return 'bench' in run ? run.bench : `${run.scenario} on ${run.platform}`
}
