import { type ResourceClass, resourceStrictness } from '@watchword/admission'
import type { PolicyDocument } from './policy-schema.ts'
import { ruleFor } from './route-rules.ts'

type Classed = Readonly<{ class: ResourceClass }>

const strictest: Classed = { class: 'protected' }

/** What an address is to the second factor: the class of the first pattern that matches, `protected` without one. */
export function resourceClassOf({ resources }: Pick<PolicyDocument, 'resources'>, uri: string): ResourceClass {
  const strictnessOf = (rule: Classed): number => resourceStrictness[rule.class]
  return ruleFor<PolicyDocument['resources'][number], Classed>(resources, uri, { strictest, strictnessOf }).class
}
