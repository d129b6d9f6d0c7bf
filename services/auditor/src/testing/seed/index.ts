export { seedPlainDays } from './plain-days.ts'
export { plantAttacks } from './planted-attacks.ts'
