import { classOfFactor, contextClasses } from './generated/assurance.ts'

const known: readonly string[] = contextClasses

/** Whether a class is one of those asked for, or above one of them; of names that are nobody's here only the same one counts. */
export const meetsClass = (given: string, asked: readonly string[]): boolean =>
  asked.some((each) => each === given || (known.includes(each) && known.indexOf(given) > known.indexOf(each)))

/** The class of the weakest factor that may answer; that of any second factor where none is named. */
export const classAskedBy = (factors: readonly string[]): string => {
  const classes: readonly string[] = factors.map((factor) => classOfFactor[factor] ?? contextClasses[0])
  return contextClasses.find((each) => classes.includes(each)) ?? contextClasses[0]
}
