export { type Access, type AccessDeps, createAccess, type KeyAdmission, type NewApp, type NewKey } from './access.ts'
export { newKey } from './api-key.ts'
export { ensureApp } from './ensure-app.ts'
export { type Caller, type Scope, scopes } from './scopes.ts'
