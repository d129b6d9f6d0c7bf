export { createDemoBank, type DemoBank } from './demo-bank.ts'
export type { BankServer, DemoBankConfig, DemoBankDeps } from './bank-config.ts'
