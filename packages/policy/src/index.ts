export { type Address, type AddressKind, type AddressRange, contains, parseAddress, parseNetwork } from './address.ts'
export { canonicalJson, policyHash } from './canonical.ts'
export { compileDocument, type ReadyPolicy } from './compile-document.ts'
export { durationMs } from './duration.ts'
export { lockPolicyOf } from './lock-policy.ts'
export { type ParsedPolicy, parsePolicy } from './parse-policy.ts'
export {
  builtInPolicy,
  createPolicies,
  type Policies,
  type PoliciesDeps,
  type PolicyVersion,
  UnreadablePolicyError,
} from './policies.ts'
export { policyInputSchema } from './policy-input-schema.ts'
export { type PolicyDocument, policySchema, type PolicyTest } from './policy-schema.ts'
export { type Fault, pointerStep, schemaFaults } from './schema-faults.ts'
export { type PolicyTestResult, testPolicy, type TestPolicyDeps } from './test-policy.ts'
