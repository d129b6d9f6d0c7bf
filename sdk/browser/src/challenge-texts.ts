/** Every text of `<watchword-challenge>`; `{n}` and `{time}` stand for what is counted. */
export type ChallengeTexts = Readonly<Record<keyof typeof english, string>>

const english = {
  title: 'Confirm that it is you',
  reason: 'We noticed something unusual.',
  preparing: 'One moment…',
  passkeyHint: 'Use your fingerprint, your face, your screen lock or a security key.',
  passkeyAction: 'Continue with a passkey',
  passkeyWaiting: 'Follow the steps of your browser or device.',
  passkeyDismissed: 'Nothing was confirmed. Try again whenever you are ready, or choose another way.',
  passkeyUnusable: 'Your browser cannot use a passkey here. Please choose another way.',
  passkeyWrong: 'That passkey was not accepted.',
  totpLabel: 'Code from your authenticator app',
  totpIncomplete: 'The code has six digits.',
  codeWrong: 'That code is not right.',
  recoveryLabel: 'One of your recovery codes',
  recoveryHint: 'Each of them works once.',
  recoveryMissing: 'Please enter a recovery code.',
  confirm: 'Confirm',
  checking: 'Checking…',
  unsent: 'That did not get through. Please try again.',
  stale: 'That took too long. Please try again.',
  attemptsLeft: '{n} attempts left.',
  attemptLeft: 'One attempt left.',
  limitedTitle: 'Too many attempts',
  limited: 'To keep your account safe, we take no more codes for a while.',
  limitedTime: 'You can try again in {time}.',
  others: 'Other ways to confirm',
  choosePasskey: 'Use a passkey',
  chooseTotp: 'Use your authenticator app',
  chooseRecovery: 'Use a recovery code',
  later: 'Not now',
  close: 'Close',
  lockedTitle: 'This session is locked',
  unavailable: 'You have nothing set up here to confirm with. Please contact us to go on.',
  failed: 'This question is no longer open. Reload the page to go on.',
  notRenewedTitle: 'Please sign in again',
  notRenewed: 'You have confirmed that it is you, but a new session could not be begun.',
  verifiedTitle: 'Thank you',
  verified: 'It is you. One moment…',
  aside: 'This session is locked until you confirm that it is you.',
  asideAction: 'Confirm now',
  elsewhere: 'Another tab is asking you to confirm that it is you.',
  elsewhereAction: 'Answer here instead',
}

const german: ChallengeTexts = {
  title: 'Bestätigen Sie, dass Sie es sind',
  reason: 'Uns ist etwas Ungewöhnliches aufgefallen.',
  preparing: 'Einen Moment…',
  passkeyHint: 'Mit Fingerabdruck, Gesicht, Bildschirmsperre oder Sicherheitsschlüssel.',
  passkeyAction: 'Weiter mit Passkey',
  passkeyWaiting: 'Folgen Sie den Schritten Ihres Browsers oder Geräts.',
  passkeyDismissed:
    'Es wurde nichts bestätigt. Versuchen Sie es erneut, wann Sie möchten, oder wählen Sie einen anderen Weg.',
  passkeyUnusable: 'Ihr Browser kann hier keinen Passkey verwenden. Bitte wählen Sie einen anderen Weg.',
  passkeyWrong: 'Dieser Passkey wurde nicht angenommen.',
  totpLabel: 'Code aus Ihrer Authenticator-App',
  totpIncomplete: 'Der Code hat sechs Ziffern.',
  codeWrong: 'Dieser Code stimmt nicht.',
  recoveryLabel: 'Einer Ihrer Wiederherstellungscodes',
  recoveryHint: 'Jeder gilt einmal.',
  recoveryMissing: 'Bitte geben Sie einen Wiederherstellungscode ein.',
  confirm: 'Bestätigen',
  checking: 'Wird geprüft…',
  unsent: 'Das ist nicht angekommen. Bitte versuchen Sie es erneut.',
  stale: 'Das hat zu lange gedauert. Bitte versuchen Sie es erneut.',
  attemptsLeft: 'Noch {n} Versuche.',
  attemptLeft: 'Noch ein Versuch.',
  limitedTitle: 'Zu viele Versuche',
  limited: 'Zum Schutz Ihres Kontos nehmen wir eine Zeit lang keine Codes mehr an.',
  limitedTime: 'Sie können es in {time} erneut versuchen.',
  others: 'Andere Wege zur Bestätigung',
  choosePasskey: 'Passkey verwenden',
  chooseTotp: 'Authenticator-App verwenden',
  chooseRecovery: 'Wiederherstellungscode verwenden',
  later: 'Nicht jetzt',
  close: 'Schließen',
  lockedTitle: 'Diese Sitzung ist gesperrt',
  unavailable: 'Sie haben hier nichts eingerichtet, womit Sie sich bestätigen können. Bitte wenden Sie sich an uns.',
  failed: 'Diese Frage ist nicht mehr offen. Laden Sie die Seite neu, um fortzufahren.',
  notRenewedTitle: 'Bitte melden Sie sich neu an',
  notRenewed: 'Sie haben bestätigt, dass Sie es sind, aber es konnte keine neue Sitzung beginnen.',
  verifiedTitle: 'Danke',
  verified: 'Sie sind es. Einen Moment…',
  aside: 'Diese Sitzung ist gesperrt, bis Sie bestätigen, dass Sie es sind.',
  asideAction: 'Jetzt bestätigen',
  elsewhere: 'In einem anderen Tab werden Sie gebeten, sich zu bestätigen.',
  elsewhereAction: 'Stattdessen hier antworten',
}

/** The texts of a language (BCP 47, such as `de-AT`), English for one that there is not, with an app's own over them. */
export const challengeTexts = (language: string, own: Partial<ChallengeTexts> = {}): ChallengeTexts => ({
  ...(/^de\b/i.test(language) ? german : english),
  ...own,
})

/** A time that somebody has to wait: `45 s`, `2 min 5 s`, `1 h 3 min`. */
export const waitingTime = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
