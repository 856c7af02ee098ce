import type { Response } from 'express'
import { type Html, html } from '../pages/html.js'
import { sendPage } from '../pages/layout.js'
import { USERS } from './users.js'

/** Where visitors sign in. */
export function signInPage(response: Response, next: string): void {
  sendPage(response, {
    title: 'Sign in',
    main: html`<div class="narrow">
      <h1>Sign in</h1>
      <p class="lead">Two people use this library. Be one of them, and look at what the other one keeps to himself.</p>
      ${signInForm(next)}
      <p class="quiet">There are no passwords here: whoever reaches this site may be either. It listens to this machine
        alone.</p>
    </div>`,
  })
}

/** A button for each user. */
export function signInForm(next: string): Html {
  return html`<form class="sign-in" action="/session/" method="post">
        <input type="hidden" name="next" value="${next}">
        ${Object.entries(USERS).map(
          ([id, name]) =>
            html`<button name="user" value="${id}"><span class="avatar ${id}" aria-hidden="true">${name.slice(0, 1)}</span> Sign in as ${name}</button>`,
        )}
      </form>`
}
