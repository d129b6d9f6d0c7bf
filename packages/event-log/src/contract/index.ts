export { eventLogContract } from './event-log-contract.ts'
