/**
 * The looks of the challenge, in its shadow root. An app sets the custom properties `--watchword-…` that stand here, `::part(…)`, and
 * `color-scheme` on the element where it is always light or always dark.
 */
export const challengeStyles = `
:host { color-scheme: light dark;
  --accent: var(--watchword-accent, light-dark(#1f4fd8, var(--watchword-accent-dark, #9db8ff)));
  --accent-ink: var(--watchword-accent-ink, light-dark(#fff, #0c1526));
  --surface: var(--watchword-surface, light-dark(#fff, #171f2a)); --ink: var(--watchword-ink, light-dark(#16202e, #eef2f7));
  --soft: var(--watchword-soft, light-dark(#525d6f, #aab5c4)); --line: var(--watchword-line, light-dark(#8791a0, #6b788a));
  --danger: var(--watchword-danger, light-dark(#b3261e, #ff9c92)); --radius: var(--watchword-radius, 16px);
  font: 16px/1.5 var(--watchword-font, system-ui, sans-serif) }
* { box-sizing: border-box }
[hidden] { display: none !important }
dialog { width: min(27rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); overflow: auto; margin: auto; padding: 2rem;
  border: 0; border-radius: var(--radius); background: var(--surface); color: var(--ink); box-shadow: 0 12px 48px rgb(10 18 32 / .4);
  animation: rise .18s ease-out }
dialog::backdrop { background: var(--watchword-backdrop, rgb(12 20 34 / .62)) }
dialog:focus { outline: none }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
@keyframes turn { to { transform: rotate(1turn) } }
svg { display: block; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.shield { width: 44px; height: 44px; margin-bottom: 1rem; color: var(--accent); stroke-width: 3 }
h2 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.25; text-wrap: balance }
p { margin: 0; color: var(--soft) }
label { display: block; margin: 1.25rem 0 .4rem; font-weight: 600; font-size: .95rem }
input { width: 100%; padding: .65rem .75rem; border: 1.5px solid var(--line); border-radius: calc(var(--radius) * .625); background: transparent;
  color: inherit; font: 600 1.25rem/1.4 ui-monospace, monospace; text-align: center }
input.digits { font-size: 1.6rem; line-height: 1.2; letter-spacing: .32em; text-indent: .32em }
input:read-only { color: var(--soft) }
input[aria-invalid="true"] { border-color: var(--danger) }
.hint { margin-top: 1.25rem }
:is(input, button):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.note { display: flex; gap: .6rem; align-items: center; min-height: 1.5rem; margin: .6rem 0 1rem; color: var(--soft); font-size: .95rem }
.ask[hidden] + .note:empty { min-height: 0; margin: 0 0 1.25rem }
.note.bad { color: var(--danger) }
.note.busy::before { content: ""; flex: none; width: 1.05em; height: 1.05em; border: 2.5px solid var(--line); border-top-color: var(--accent);
  border-radius: 50%; animation: turn .9s linear infinite }
.timer { margin: 0 0 1.25rem; color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums }
.row { display: flex; flex-wrap: wrap-reverse; gap: .75rem; justify-content: flex-end }
button { flex: 1 1 auto; min-height: 44px; padding: .6rem 1.1rem; border: 1.5px solid var(--line); border-radius: calc(var(--radius) * .625);
  background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer }
button:hover { border-color: currentColor }
button.first { border-color: transparent; background: var(--accent); color: var(--accent-ink) }
button.first:hover { border-color: transparent; background: color-mix(in srgb, var(--accent), var(--ink) 14%) }
button:disabled { opacity: .55; cursor: default }
.others { display: grid; gap: .25rem; margin: 1.5rem -.75rem -.75rem; padding: 1rem 0 0; border: 0; border-top: 1px solid color-mix(in srgb, var(--line), transparent 55%) }
.others h3 { margin: 0 .75rem .25rem; color: var(--soft); font-size: .875rem; font-weight: 600 }
.others button { display: flex; gap: .75rem; align-items: center; padding: .5rem .75rem; border-color: transparent; font-weight: 500; text-align: start }
.others button:hover { background: color-mix(in srgb, var(--accent), transparent 90%) }
.others svg { width: 22px; height: 22px; color: var(--accent) }
.bar { position: fixed; z-index: 2147483647; inset: auto 1rem 1rem; display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center;
  justify-content: space-between; max-width: 44rem; margin: 0 auto; padding: .9rem 1.1rem; border: 1px solid var(--line);
  border-radius: calc(var(--radius) * .75); background: var(--surface); color: var(--ink); box-shadow: 0 8px 32px rgb(10 18 32 / .35) }
.bar span { flex: 1 1 14rem }
.bar button { flex: 0 1 auto }
@media (max-width: 30rem) { .bar button { flex: 1 1 100% } }
@media (max-width: 24rem) { dialog { padding: 1.25rem } .others { margin: 1.25rem -.5rem -.5rem } input.digits { font-size: 1.3rem; letter-spacing: .22em } }
@media (prefers-reduced-motion: reduce) { dialog { animation: none } .note.busy::before { animation-duration: 4s } }
@media (forced-colors: active) { dialog, .bar, button.first { border: 1px solid } }
`
