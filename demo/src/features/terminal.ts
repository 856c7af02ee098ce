import { type Html, html } from '../pages/html.js'

export const TERMINAL = {
  id: 'terminal',
  title: 'Terminal',
  text: 'Download managers, media players and scripts get what HTTP has for them.',
}

/** Commands to try. */
export function terminalMain(origin: string): Html {
  const large = `${origin}/storage/static-path/20-MiB.bin`
  const small = `${origin}/storage/static-path/1.txt`
  return html`<p class="crumbs"><a href="/features/">Features</a></p>
    <div class="title">
      <h1>${TERMINAL.title}</h1>
      <p class="lead">${TERMINAL.text}</p>
    </div>
    <article class="feature">
        <pre tabindex="0" role="region" aria-label="Commands"><code>${comment('saves it under the name that the view tells')}
curl -OJ ${origin}/object/another-file/hello-world/
wget --content-disposition ${origin}/object/deserialized_basename/invoice/

${comment('stop it half way, and run it again')}
curl --limit-rate 4M -C - -O ${large}

${comment('four parts at once')}
aria2c -x4 -s4 -k1M -o parts.bin ${large}

${comment('shows the pieces as they come')}
curl -N ${origin}/virtual/generated/

${comment('a second time, it is not sent again: 304')}
curl -w '%{http_code}\\n' -z 1.txt -O ${small}</code></pre>
    </article>`
}

function comment(text: string): Html {
  return html`<span class="comment"># ${text}</span>`
}
