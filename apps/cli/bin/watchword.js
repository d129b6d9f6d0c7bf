#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { enableCompileCache } from 'node:module'

// The next start finds the stripped and compiled sources.
enableCompileCache()
await import('../src/main.ts')
