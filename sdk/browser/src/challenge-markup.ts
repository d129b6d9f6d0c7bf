/** What stands in the shadow root: the dialog with one way to answer at a time, and the bar for when nothing is asked here. */
export const challengeMarkup = `
<dialog part="dialog" aria-labelledby="title" aria-describedby="reason" tabindex="-1">
  <svg class="shield" part="icon" viewBox="0 0 44 44" aria-hidden="true"><path d="M22 4 7 10v11c0 9.5 6.3 16 15 19 8.7-3 15-9.5 15-19V10L22 4Z"/><path d="m15.5 22 5 5 8.5-9.5"/></svg>
  <h2 id="title" part="title"></h2><p id="reason" part="reason"></p>
  <form novalidate>
    <p class="hint" part="hint"></p>
    <div class="ask"><label for="code" part="label"></label>
      <input id="code" name="code" part="input" aria-describedby="note" autocapitalize="off" spellcheck="false"></div>
    <p id="note" class="note" part="note" role="status"></p>
    <p class="timer" part="timer" role="timer"></p>
    <div class="row"><button type="button" class="later" part="button later"></button><button class="first" part="button primary"></button></div>
    <div class="others" part="others" role="group" aria-labelledby="others"><h3 id="others"></h3>
      <button type="button" data-method="webauthn" part="method"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="9" cy="8" r="4"/><path d="M2.5 20c.6-3.8 3.2-6 6.5-6 1.2 0 2.3.3 3.2.8"/><circle cx="17.5" cy="13" r="3"/><path d="M17.5 16v6l2-1.5M17.5 19h2"/></svg><span></span></button>
      <button type="button" data-method="totp" part="method"><svg viewBox="0 0 24 24" aria-hidden="true"><rect x="6" y="2.5" width="12" height="19" rx="2.5"/><path d="M10 18h4M9.5 8.5h.01M12 8.5h.01M14.5 8.5h.01M9.5 12h.01M12 12h.01M14.5 12h.01"/></svg><span></span></button>
      <button type="button" data-method="recovery-code" part="method"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="4"/><path d="m5.6 5.6 3.6 3.6m5.6 5.6 3.6 3.6m0-12.8-3.6 3.6m-5.6 5.6-3.6 3.6"/></svg><span></span></button>
    </div>
  </form>
</dialog>
<div class="bar" part="bar" role="status" hidden><span part="bar-text"></span><button type="button" class="first" part="button primary bar-button"></button></div>`
