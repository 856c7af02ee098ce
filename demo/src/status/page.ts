import type { HealthCheckResult, HealthReport } from 'downloadview/health'
import type { Response } from 'express'
import { timeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { sendPage } from '../pages/layout.js'
import type { UserId } from '../session/users.js'

interface Status {
  readonly server: string
  readonly publicUrl: string
  readonly report: HealthReport
  /** What the rules are for, by their position from 1. */
  readonly names: readonly string[]
  readonly time: Date
  readonly viewer: UserId | undefined
}

/** Shows each check and its mend; without a server in front, that there is nothing to check. */
export function statusPage(response: Response, status: Status | undefined): void {
  // Monitors look at the status alone.
  if (status !== undefined && !status.report.ok) response.status(503)
  sendPage(response, {
    title: 'Status',
    current: '/status/',
    styles: ['status'],
    main: status === undefined ? alone() : checked(status),
  })
}

function alone(): Html {
  return html`<div class="narrow">
      <h1>Status</h1>
      <p class="verdict ok">${icon('check')} No proxy stands in front: the application sends every byte itself.</p>
      <p>There is nothing to hand over, and so nothing that could go wrong with it. To see the checks of the library at
        work, start the demo with a real server in front:</p>
      <pre tabindex="0" role="region" aria-label="Commands"><code>npm run demo -- --proxy nginx
npm run demo -- --proxy apache
npm run demo -- --proxy lighttpd
npm run demo -- --proxy caddy</code></pre>
    </div>`
}

function checked({ server, publicUrl, report, names, time, viewer }: Status): Html {
  const rules = [...new Set(report.checks.map(({ rule }) => rule))]
  return html`<div class="title">
      <h1>Status</h1>
      <p class="quiet">${server} at ${publicUrl}, checked ${timeOf(time)}. Programs read <a href="/status/health.json">health.json</a>.</p>
    </div>
    ${report.ok ? html`<p class="verdict ok">${icon('check')} Downloads are healthy.</p>` : html`<p class="verdict fault">${icon('cross')} Downloads are not healthy.</p>`}
    ${viewer === undefined && html`<p class="quiet"><a href="/session/?next=/status/">Sign in</a> to read what each check says: it may name paths of this machine.</p>`}
    <div class="rules">
      ${rules.map((rule) => ruleSection(`Rule ${rule}: ${names[rule - 1]}`, checksOf(report, rule), viewer !== undefined))}
    </div>`
}

function checksOf({ checks }: HealthReport, rule: number): HealthCheckResult[] {
  return checks.filter((check) => check.rule === rule)
}

function ruleSection(title: string, checks: readonly HealthCheckResult[], isTold: boolean): Html {
  return html`<section class="panel">
        <h2>${title}</h2>
        <ul class="checks">${checks.map((check) => item(check, isTold))}</ul>
      </section>`
}

function item({ name, ok, code, guilty, message, mend }: HealthCheckResult, isTold: boolean): Html {
  return html`
          <li class="${ok ? 'ok' : 'fault'}">
            <p>${icon(ok ? 'check' : 'cross')} <strong>${NAMES[name]}</strong> <span class="state">${code}</span>${guilty && html` <span class="quiet">guilty: ${guilty}</span>`}</p>
            ${isTold && html`<p class="quiet">${message}</p>`}
            ${isTold && mend && html`<p class="mend"><strong>Mend:</strong> ${mend}</p>`}
          </li>`
}

const NAMES = { chain: 'Whole chain', proxy: 'Proxy', application: 'Application', files: 'Files' }
