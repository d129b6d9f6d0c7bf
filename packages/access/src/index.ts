export { type Access, type AccessDeps, createAccess, type NewApp, type NewKey } from './access.ts'
export { keyGate } from './key-gate.ts'
export { type Caller, type Scope, scopes } from './scopes.ts'
