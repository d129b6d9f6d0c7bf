import type { SignalFamily } from '../signal.ts'
import { addressSignals } from './address.ts'
import { appSignals } from './app-signals.ts'
import { compromisedSignals } from './compromised.ts'
import { countrySignals } from './country.ts'
import { credentialSignals } from './credential-change.ts'
import { deviceSignals } from './device.ts'
import { dormancySignals } from './dormancy.ts'
import { fingerprintSignals } from './fingerprint.ts'
import { failureSignals } from './login-failures.ts'
import { networkSignals } from './network.ts'
import { sessionSignals } from './session.ts'
import { travelSignals } from './travel.ts'

/** Every family of signals, in the order in which an assessment lists them. */
export const signalTable: readonly SignalFamily[] = [
  appSignals,
  compromisedSignals,
  sessionSignals,
  deviceSignals,
  fingerprintSignals,
  addressSignals,
  countrySignals,
  travelSignals,
  networkSignals,
  credentialSignals,
  failureSignals,
  dormancySignals,
]
