import type { TValidationError } from 'typebox/error'

/** Where (a JSON pointer) and what is wrong. */
export type Fault = Readonly<{ pointer: string; detail: string }>

const faultsMax = 50

/** Schema errors as one fault a field, each pointing at the field itself and holding no value of the input. */
export function schemaFaults(errors: readonly TValidationError[]): readonly Fault[] {
  const details = new Map<string, string>()
  for (const error of errors) {
    for (const [pointer, detail] of placesOf(error)) {
      if (details.size < faultsMax && !details.has(pointer)) details.set(pointer, detail)
    }
  }
  return [...details].map(([pointer, detail]) => ({ pointer, detail }))
}

/** One step of a JSON pointer, cut to 64 characters. */
export function pointerStep(name: string): string {
  return name.slice(0, 64).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')
}

function placesOf(error: TValidationError & { readonly message?: string }): readonly (readonly [string, string])[] {
  const base = error.instancePath
  if (error.keyword === 'required')
    return error.params.requiredProperties.map((name) => [`${base}/${pointerStep(name)}`, 'is required'])
  if (error.keyword === 'additionalProperties')
    return error.params.additionalProperties.map((name) => [`${base}/${pointerStep(name)}`, 'is not known'])
  if (error.keyword === 'enum') {
    const allowed = error.params.allowedValues.map((value) => JSON.stringify(value))
    return [[base, `must be one of ${allowed.join(', ')}`]]
  }
  return [[base, error.message ?? 'is not valid']]
}
