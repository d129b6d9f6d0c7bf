export { type Admission, type AdmissionFacts, admissionOf } from './admission.ts'
export { type Conditions, isSilentBypass, promptOf } from './prompt.ts'
export { requirementOf, type SecondFactorRule } from './requirement.ts'
export { type ResourceClass, resourceStrictness } from './resource-class.ts'
