export { signingKey } from './signing-key.ts'
export { type IssuerUnderAttack, tokenContract } from './token-contract.ts'
export { signedToken } from './written-token.ts'
