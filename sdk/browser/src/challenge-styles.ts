/** The looks of the challenge, in its shadow root; the app sets `--watchword-accent` and `--watchword-font`. */
export const challengeStyles = `
:host { --accent: var(--watchword-accent, #1f4fd8); font: 16px/1.5 var(--watchword-font, system-ui, sans-serif);
  --surface: #fff; --ink: #16202e; --soft: #566173; --line: #c9d0da; --bad: #b3261e; color-scheme: light dark }
@media (prefers-color-scheme: dark) {
  :host { --accent: var(--watchword-accent-dark, #8fb0ff); --surface: #18202b; --ink: #eef2f7; --soft: #a9b4c3;
    --line: #435064; --bad: #ff9c92 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
dialog { width: min(26rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); overflow: auto; margin: auto; padding: 2rem;
  border: 0; border-radius: 16px; background: var(--surface); color: var(--ink); box-shadow: 0 8px 32px rgb(10 18 32 / .35);
  animation: rise .18s ease-out }
dialog::backdrop { background: rgb(12 20 34 / .62) }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
svg { display: block; width: 44px; height: 44px; margin-bottom: 1rem; color: var(--accent) }
h2 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.25 }
p { margin: 0 0 1rem; color: var(--soft) }
label { display: block; margin: 1.25rem 0 .4rem; font-weight: 600; font-size: .95rem }
input { width: 100%; padding: .65rem .75rem; border: 1.5px solid var(--line); border-radius: 10px; background: transparent;
  color: inherit; font: 600 1.6rem/1.2 ui-monospace, monospace; letter-spacing: .32em; text-align: center }
::placeholder { opacity: .4 }
input[aria-invalid="true"] { border-color: var(--bad) }
:is(input, button):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
output { display: block; min-height: 1.5rem; margin: .5rem 0 1rem; color: var(--soft); font-size: .95rem }
output.bad { color: var(--bad) }
.row { display: flex; flex-wrap: wrap-reverse; gap: .75rem; justify-content: flex-end }
button { flex: 1 1 auto; min-height: 44px; padding: .6rem 1.1rem; border: 1.5px solid var(--line); border-radius: 10px;
  background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer }
button.first { border-color: var(--accent); background: var(--accent); color: var(--surface) }
button:disabled { opacity: .55; cursor: default }
.bar { position: fixed; z-index: 2147483647; inset: auto 1rem 1rem; display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center;
  justify-content: space-between; max-width: 44rem; margin: 0 auto; padding: .9rem 1.1rem; border: 1px solid var(--line);
  border-radius: 12px; background: var(--surface); color: var(--ink); box-shadow: 0 8px 32px rgb(10 18 32 / .35) }
.bar button { flex: 0 1 auto }
@media (max-width: 24rem) { dialog { padding: 1.25rem } input { font-size: 1.3rem; letter-spacing: .22em } }
@media (prefers-reduced-motion: reduce) { dialog { animation: none } }
@media (forced-colors: active) { dialog, .bar { border: 1px solid } }
`
