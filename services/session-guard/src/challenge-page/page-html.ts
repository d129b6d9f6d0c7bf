import { escapedHtml } from '@watchword/service-kit'

/** Where the page leads on; all of it is safe to go to. */
export type PageTargets = Readonly<{
  returnTo: string
  /** Where a new session begins; without it whoever has none is led back to where they came from. */
  signIn: string | undefined
  /** What in the app takes an mfaToken and gives a new session for it. */
  renew: string | undefined
}>

const words = {
  en: {
    title: 'Confirm that it is you',
    checking: 'One moment…',
    lockedTitle: 'This session is locked',
    locked: 'We noticed something unusual. Confirm that it is you, and you go on where you were.',
    passedTitle: 'Thank you',
    passed: 'It is you. You are taken back now.',
    calmTitle: 'Nothing to confirm',
    calm: 'This session is not locked.',
    endedTitle: 'Please sign in again',
    ended: 'The session that was locked has ended, to keep your account safe.',
    faultTitle: 'That did not work',
    fault: 'Whether this session is locked cannot be said at the moment.',
    go: 'Continue',
    signIn: 'Sign in',
    again: 'Try again',
    noScript: 'This page needs JavaScript.',
  },
  de: {
    title: 'Bestätigen Sie, dass Sie es sind',
    checking: 'Einen Moment…',
    lockedTitle: 'Diese Sitzung ist gesperrt',
    locked:
      'Uns ist etwas Ungewöhnliches aufgefallen. Bestätigen Sie, dass Sie es sind, dann geht es weiter, wo Sie waren.',
    passedTitle: 'Danke',
    passed: 'Sie sind es. Sie werden nun zurückgeleitet.',
    calmTitle: 'Nichts zu bestätigen',
    calm: 'Diese Sitzung ist nicht gesperrt.',
    endedTitle: 'Bitte melden Sie sich erneut an',
    ended: 'Die gesperrte Sitzung wurde zum Schutz Ihres Kontos beendet.',
    faultTitle: 'Das hat nicht geklappt',
    fault: 'Ob diese Sitzung gesperrt ist, lässt sich gerade nicht sagen.',
    go: 'Weiter',
    signIn: 'Anmelden',
    again: 'Erneut versuchen',
    noScript: 'Diese Seite braucht JavaScript.',
  },
} as const

/** The page, in the first language of `Accept-Language` that it speaks. It holds nothing of a person or of a lock. */
export function pageHtml({ returnTo, signIn, renew }: PageTargets, acceptLanguage: string | undefined): string {
  const language = /^\s*de\b/i.test(acceptLanguage ?? '') ? 'de' : 'en'
  const text = words[language]
  const section = (state: string, title: string, body: string, link = ''): string =>
    `<section data-state="${state}" hidden><h1 tabindex="-1">${title}</h1><p>${body}</p>${link}</section>`
  const go = (name: string, href: string, label: string): string =>
    `<a data-go="${name}" href="${escapedHtml(href)}">${label}</a>`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_guard/page.css">
<script type="module" src="/_guard/page.js"></script>
</head>
<body>
<main${renew === undefined ? '' : ` data-renew="${escapedHtml(renew)}"`}>
<noscript><p>${text.noScript}</p></noscript>
<section data-state="checking"><p>${text.checking}</p></section>
${section('locked', text.lockedTitle, text.locked, '<watchword-challenge base-url="/_guard"></watchword-challenge>')}
${section('passed', text.passedTitle, text.passed, go('return', returnTo, text.go))}
${section('calm', text.calmTitle, text.calm, go('return', returnTo, text.go))}
${section('ended', text.endedTitle, text.ended, go('sign-in', signIn ?? returnTo, text.signIn))}
${section('fault', text.faultTitle, text.fault, `<a data-go="again" href="">${text.again}</a>`)}
</main>
</body>
</html>
`
}
