export type { ContractHarness, ContractOptions, CreateHarness } from './contract-harness.ts'
export { eventLogContract } from './event-log-contract.ts'
